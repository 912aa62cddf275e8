-- Articles about a document: each article that names it, the oldest first.
--
-- :document text, needed — words of the document's type, number or title, as `07-CTr/TU`
SELECT
    coalesce(d.type || ' ' || d.number, d.title, d.type) AS document,
    d.title AS document_title,
    m.published_on AS told_on,
    count(*) AS times_named,
    first(m.text ORDER BY m.start) AS quote,
    around(any_value(a.text), min(m.start), first(m."end" ORDER BY m.start)) AS sentence,
    any_value(m.article_title) AS article_title,
    any_value(m.article_address) AS article_address
FROM mentions_once AS m
JOIN documents AS d ON d.document_id = m.document_id
JOIN articles AS a ON a.article_id = m.article_id
WHERE is_in($document, concat_ws(' ', d.type, d.number, d.title))
GROUP BY d.document_id, d.type, d.number, d.title, m.article_id, m.published_on
ORDER BY document, document_title, d.document_id, told_on, article_address
