SELECT level, position, hash FROM bandeau.nodes
WHERE log = $1::integer AND (level, position) >= ($2::bigint, $3::bigint) ORDER BY level, position LIMIT $4::bigint
