-- Where the head is not the one before, its size would become null, which the table does not allow: so whatever is
-- sent behind this statement, before its answer is there, fails with it.
UPDATE bandeau.heads
SET size = CASE WHEN size = $5::bigint AND root = $6 THEN $2::bigint END, root = $3, frontier = $4
WHERE log = $1::integer
