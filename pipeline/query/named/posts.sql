-- Who held which post when: from the first to the last article that says so.
-- A person with one post may have more lines: as it was held, acted in, newly given (`elect`) or held before (`former`).
--
-- :person text, optional — only persons whose name holds these words
-- :organization text, optional — only organisations whose name, or another form of it, holds these words
-- :role text, optional — only this role, as `Phó Chủ tịch`
SELECT
    p.name AS person,
    o.role,
    o.organization,
    o.status,
    min(o.published_on) AS first_told,
    max(o.published_on) AS last_told,
    count(DISTINCT o.article_id) AS articles,
    first(o.text ORDER BY o.published_on, o.article_address, o.start) AS first_quote,
    first(o.article_title ORDER BY o.published_on, o.article_address, o.start) AS first_title,
    first(o.article_address ORDER BY o.published_on, o.article_address, o.start) AS first_address,
    p.person_id
FROM officials_once AS o
JOIN persons AS p ON p.person_id = o.person_id
LEFT JOIN organizations AS g ON g.org_id = o.org_id
WHERE is_in($person, concat_ws(';', p.name, p.aliases))
    AND is_in($organization, concat_ws(';', o.organization, g.name, g.aliases))
    AND is_same($role, o.role)
GROUP BY p.person_id, p.name, o.role, o.organization, o.status
ORDER BY person, p.person_id, first_told, o.role, o.organization, o.status
