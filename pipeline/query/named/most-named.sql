-- Who and what is named most: persons, organisations and documents by the number of articles.
--
-- :kind text, optional — only `person`, `organization` or `document`
-- :since date, optional — first day of publication
-- :until date, optional — last day of publication
-- :rows whole, default 50 — how many lines at most
SELECT
    m.kind,
    coalesce(p.name, g.name, d.type || ' ' || d.number, d.title, d.type) AS name,
    count(DISTINCT m.article_id) AS articles,
    count(*) AS mentions,
    min(m.published_on) AS first_told,
    max(m.published_on) AS last_told,
    first(m.text ORDER BY m.published_on, m.article_address, m.start) AS first_quote,
    first(m.article_title ORDER BY m.published_on, m.article_address, m.start) AS first_title,
    first(m.article_address ORDER BY m.published_on, m.article_address, m.start) AS first_address
FROM mentions_once AS m
LEFT JOIN persons AS p ON p.person_id = m.person_id
LEFT JOIN organizations AS g ON g.org_id = m.org_id
LEFT JOIN documents AS d ON d.document_id = m.document_id
WHERE is_same($kind, m.kind)
    AND ($since IS NULL OR m.published_on >= $since)
    AND ($until IS NULL OR m.published_on <= $until)
GROUP BY ALL
ORDER BY articles DESC, mentions DESC, m.kind, name
LIMIT $rows
