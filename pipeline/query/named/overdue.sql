-- Deadlines that had passed on a day.
-- As known on that day: what later articles tell is left out. Articles seldom say that a task was done, so this is what to ask after.
--
-- :as_of date, default today — the day asked about
-- :responsible text, optional — only where who must do it holds these words
SELECT
    due_end AS due,
    date_diff('day', due_end, $as_of) AS days_over,
    task,
    responsible,
    assigned_by,
    text AS sentence,
    published_on AS told_on,
    article_title,
    article_address,
    confidence
FROM deadlines_once
WHERE due_end < $as_of
    AND (published_on <= $as_of OR published_on IS NULL)
    AND is_in($responsible, responsible)
ORDER BY due DESC, told_on DESC, article_address, start, task, deadline_id
