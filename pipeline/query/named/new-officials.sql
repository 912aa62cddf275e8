-- Officials since a day: who is given a post that no earlier article gave them.
-- Two kinds are told apart by `status`: `elect` was elected or appointed in the article; others are new to these tables only.
--
-- :since date, needed — the first day of publication that counts as new
-- :organization text, optional — only organisations whose name holds these words
WITH told AS (
    SELECT
        p.person_id,
        p.name AS person,
        o.role,
        o.organization,
        min(o.published_on) AS first_told,
        first(o.status ORDER BY o.published_on, o.article_address, o.start) AS status,
        first(o.text ORDER BY o.published_on, o.article_address, o.start) AS quote,
        first(o.article_title ORDER BY o.published_on, o.article_address, o.start) AS article_title,
        first(o.article_address ORDER BY o.published_on, o.article_address, o.start) AS article_address
    FROM officials_once AS o
    JOIN persons AS p ON p.person_id = o.person_id
    WHERE o.status <> 'former'
        AND is_in($organization, o.organization)
    GROUP BY p.person_id, p.name, o.role, o.organization
)
SELECT person, role, organization, status, first_told, quote, article_title, article_address
FROM told
WHERE first_told >= $since
ORDER BY first_told, person, role, organization, person_id
