-- Who assigned what to whom, the newest first.
-- Only tasks whose giver is told.
--
-- :assigned_by text, optional — only where who set the task holds these words
-- :responsible text, optional — only where who must do it holds these words
-- :since date, optional — first day of publication
-- :until date, optional — last day of publication
SELECT
    assigned_by,
    responsible,
    task,
    due_end AS due,
    "within",
    text AS sentence,
    published_on AS told_on,
    article_title,
    article_address,
    confidence
FROM deadlines_once
WHERE assigned_by IS NOT NULL
    AND is_in($assigned_by, assigned_by)
    AND is_in($responsible, responsible)
    AND ($since IS NULL OR published_on >= $since)
    AND ($until IS NULL OR published_on <= $until)
ORDER BY told_on DESC NULLS LAST, assigned_by, article_address, start, task, deadline_id
