-- Deadlines that were still ahead on a day, the nearest first.
-- As known on that day: what later articles tell is left out. The last acceptable day itself counts as ahead.
--
-- :as_of date, default today — the day asked about
-- :responsible text, optional — only where who must do it holds these words
SELECT
    due_end AS due,
    date_diff('day', $as_of, due_end) AS days_left,
    task,
    responsible,
    assigned_by,
    text AS sentence,
    published_on AS told_on,
    article_title,
    article_address,
    confidence
FROM deadlines_once
WHERE due_end >= $as_of
    AND (published_on <= $as_of OR published_on IS NULL)
    AND is_in($responsible, responsible)
ORDER BY due, told_on, article_address, start, task, deadline_id
