SELECT kind, commitment FROM bandeau.entries
WHERE log = $1::integer AND seq >= $2::bigint AND seq < $2::bigint + $3::bigint ORDER BY seq
