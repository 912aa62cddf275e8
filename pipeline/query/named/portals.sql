-- Activity of portals: what each published in each month, and what was read from it.
-- `again` counts articles that are another one again; their facts are not counted. A month is empty where pages state no day.
--
-- :portal text, optional — only portals whose name holds these words
-- :since date, optional — first day of publication
-- :until date, optional — last day of publication
WITH facts AS (
    SELECT article_id, 'officials' AS kind FROM officials_once
    UNION ALL SELECT article_id, 'counts' FROM counts_once
    UNION ALL SELECT article_id, 'deadlines' FROM deadlines_once
),
found AS (
    SELECT
        article_id,
        count(*) FILTER (WHERE kind = 'officials') AS officials,
        count(*) FILTER (WHERE kind = 'counts') AS counts,
        count(*) FILTER (WHERE kind = 'deadlines') AS deadlines
    FROM facts
    GROUP BY article_id
)
SELECT
    a.portal,
    strftime(day_of(a.published_at), '%Y-%m') AS "month",
    count(*) AS articles,
    count(DISTINCT day_of(a.published_at)) AS days_with_articles,
    max(day_of(a.published_at)) AS last_article,
    count(a.duplicate_of) AS again,
    CAST(coalesce(sum(f.officials), 0) AS BIGINT) AS officials,
    CAST(coalesce(sum(f.counts), 0) AS BIGINT) AS counts,
    CAST(coalesce(sum(f.deadlines), 0) AS BIGINT) AS deadlines,
    CAST(sum(a.lost_chars) AS BIGINT) AS lost_characters
FROM articles AS a
LEFT JOIN found AS f ON f.article_id = a.article_id
WHERE is_in($portal, a.portal)
    AND ($since IS NULL OR day_of(a.published_at) >= $since)
    AND ($until IS NULL OR day_of(a.published_at) <= $until)
GROUP BY ALL
ORDER BY a.portal NULLS LAST, "month" NULLS LAST
