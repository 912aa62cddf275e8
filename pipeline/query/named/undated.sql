-- Deadlines without a day of their own: a span from an event (`10 ngày kể từ ngày tiếp nhận`), a day of every month.
-- They are neither open nor overdue on any day.
--
-- :responsible text, optional — only where who must do it holds these words
SELECT
    "within",
    task,
    responsible,
    assigned_by,
    text AS sentence,
    published_on AS told_on,
    article_title,
    article_address,
    confidence
FROM deadlines_once
WHERE due_end IS NULL
    AND is_in($responsible, responsible)
ORDER BY told_on, article_address, start, task, deadline_id
