-- Sums of money, the largest first.
--
-- :currency text, default VND — `VND`, `USD` …
-- :at_least number, default 0 — only sums from this one up
-- :since date, optional — first day of publication
-- :until date, optional — last day of publication
SELECT
    c."value" AS amount,
    c.value_max AS up_to,
    c.unit AS currency,
    c.qualifier,
    c.change,
    c.text AS quote,
    around(a.text, c.start, c."end") AS sentence,
    c.published_on AS told_on,
    c.article_title,
    c.article_address,
    c.confidence
FROM counts_once AS c
JOIN articles AS a ON a.article_id = c.article_id
WHERE c.kind = 'money'
    AND is_same($currency, c.unit)
    AND c."value" >= $at_least
    AND ($since IS NULL OR c.published_on >= $since)
    AND ($until IS NULL OR c.published_on <= $until)
ORDER BY amount DESC, told_on, c.article_address, c.start, c.count_id
