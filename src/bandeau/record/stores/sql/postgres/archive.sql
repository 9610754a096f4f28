INSERT INTO bandeau.archive (log, kind, digest, body, since) VALUES ($1::integer, $2, $3, $4, $5) ON CONFLICT DO NOTHING
