-- Articles of an event: meetings and announcements that several articles tell of.
-- Articles that are another one again are not counted.
--
-- :event text, optional — only events whose title holds these words
-- :at_least whole, default 2 — only events with so many articles
SELECT
    e."date" AS event_date,
    e.title AS event,
    count(*) OVER (PARTITION BY e.event_id) AS articles,
    a.published_on AS told_on,
    a.portal,
    a.title AS article_title,
    coalesce(a.url, a.source) AS article_address,
    a.summary
FROM events AS e
JOIN articles_once AS a ON a.event_id = e.event_id
WHERE is_in($event, e.title)
QUALIFY articles >= $at_least
ORDER BY event_date DESC NULLS LAST, event, e.event_id, a.published_at, article_address
