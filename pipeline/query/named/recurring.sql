-- What recurs, and how often: `giao ban 3 tháng/lần`.
-- `every` is a period as ISO 8601 writes it: P3M is three months, P1W a week.
SELECT
    what,
    every,
    times,
    text AS quote,
    published_on AS told_on,
    article_title,
    article_address,
    confidence
FROM recurrences_once
ORDER BY told_on, article_address, start, recurrence_id
