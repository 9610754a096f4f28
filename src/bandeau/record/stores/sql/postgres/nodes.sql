SELECT hash FROM bandeau.nodes
WHERE log = $1::integer AND level = $2::smallint AND position >= $3::bigint AND position < $3::bigint + $4::bigint
ORDER BY position
