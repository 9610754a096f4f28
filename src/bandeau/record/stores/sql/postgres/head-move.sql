UPDATE bandeau.heads SET size = $2::bigint, root = $3, frontier = $4
WHERE log = $1::integer AND size = $5::bigint AND root = $6
