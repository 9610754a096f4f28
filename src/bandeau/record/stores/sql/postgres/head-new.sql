INSERT INTO bandeau.heads (log, size, root, frontier) VALUES ($1::integer, $2::bigint, $3, $4)
