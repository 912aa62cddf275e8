-- Facts below a confidence, the least sure first: what to check before it is relied on.
--
-- :below number, default 0.75 — only facts less sure than this, 0 to 1
WITH facts AS (
    SELECT 'officials' AS "table", official_id AS id, concat_ws(' · ', person, role, organization) AS reading, * FROM officials_once
    UNION ALL BY NAME SELECT 'dates' AS "table", date_id AS id, concat_ws(' – ', value_start, value_end) AS reading, * FROM dates_once
    UNION ALL BY NAME SELECT 'counts' AS "table", count_id AS id, concat_ws(' / ', "value"::DOUBLE, total::DOUBLE) AS reading, * FROM counts_once
    UNION ALL BY NAME SELECT 'deadlines' AS "table", deadline_id AS id, concat_ws(' · ', due_end, task, responsible) AS reading, * FROM deadlines_once
    UNION ALL BY NAME SELECT 'recurrences' AS "table", recurrence_id AS id, concat_ws(' · ', every, what) AS reading, * FROM recurrences_once
)
SELECT
    "table",
    id,
    confidence,
    rule,
    text AS quote,
    reading,
    published_on AS told_on,
    article_title,
    article_address
FROM facts
WHERE confidence < $below
ORDER BY confidence, "table", article_address, start, id
