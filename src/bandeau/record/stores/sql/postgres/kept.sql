SELECT seq, record, body FROM bandeau.entries
WHERE log = $1::integer AND seq >= $2::bigint AND seq < $2::bigint + $3::bigint AND body IS NOT NULL
ORDER BY seq FOR UPDATE
