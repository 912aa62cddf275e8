-- What is counted: each unit with how often, in how many articles, its smallest, middle and largest value, and an example.
-- Values of different articles are not added up: they may tell of the same things.
--
-- :kind text, optional — only `count`, `progress`, `percent`, `money`, `measure` or `duration`
-- :unit text, optional — only units that hold these words
SELECT
    kind,
    unit,
    count(*) AS times,
    count(DISTINCT article_id) AS articles,
    min("value") AS smallest,
    median(CAST("value" AS DOUBLE)) AS middle,
    max("value") AS largest,
    first(text ORDER BY "value" DESC, published_on, article_address, start) AS largest_quote,
    first(article_title ORDER BY "value" DESC, published_on, article_address, start) AS largest_title,
    first(article_address ORDER BY "value" DESC, published_on, article_address, start) AS largest_address
FROM counts_once
WHERE is_same($kind, kind)
    AND is_in($unit, unit)
GROUP BY kind, unit
ORDER BY times DESC, kind, unit
