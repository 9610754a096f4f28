INSERT INTO bandeau.checkpoints (log, size, note) VALUES ($1::integer, $2::bigint, $3)
