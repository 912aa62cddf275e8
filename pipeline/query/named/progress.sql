-- Progress of a programme over time: `5/32 nhiệm vụ`, later `12/32`.
-- A count belongs to the document that the article names last before it, or else first after it; counts of an article
-- that names none are left out. `more_than_before` compares with the earlier count of the same document and unit.
-- Laws are no programmes and votes (`438/443 đại biểu`) no progress: they are left out unless document or unit asks for them.
--
-- :document text, optional — only documents whose type, number or title holds these words
-- :unit text, optional — only this unit, as `nhiệm vụ`
WITH named AS (
    SELECT
        c.count_id,
        -- those before the count, the nearest first; then those after it
        first(m.document_id ORDER BY m.start > c.start, abs(m.start - c.start), m.document_id) AS document_id
    FROM counts_once AS c
    JOIN mentions AS m ON m.article_id = c.article_id AND m.document_id IS NOT NULL
    WHERE c.kind = 'progress'
    GROUP BY c.count_id
)
SELECT
    coalesce(d.type || ' ' || d.number, d.title, d.type) AS document,
    d.title AS document_title,
    c.unit,
    c.published_on AS told_on,
    c.value AS done,
    c.total,
    round(100 * CAST(c.value AS DOUBLE) / CAST(c.total AS DOUBLE), 1) AS percent,
    c.value - lag(c.value) OVER (
        PARTITION BY d.document_id, c.unit ORDER BY c.published_on, c.article_address, c.start, c.count_id
    ) AS more_than_before,
    c.text AS quote,
    around(a.text, c.start, c."end") AS sentence,
    c.article_title,
    c.article_address,
    c.confidence
FROM counts_once AS c
JOIN named AS n ON n.count_id = c.count_id
JOIN documents AS d ON d.document_id = n.document_id
JOIN articles AS a ON a.article_id = c.article_id
WHERE c.total > 0
    AND ($document IS NOT NULL OR d.type NOT IN ('Hiến pháp', 'Luật', 'Bộ luật', 'Pháp lệnh'))
    AND ($unit IS NOT NULL OR NOT regexp_matches(c.unit, '^(đại biểu|đbqh|phiếu)'))
    AND is_in($document, concat_ws(' ', d.type, d.number, d.title))
    AND is_same($unit, c.unit)
ORDER BY document, document_title, d.document_id, c.unit, told_on, c.article_address, c.start, c.count_id
