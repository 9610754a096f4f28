INSERT INTO bandeau.tallies (log, day, kind, what, page, times) VALUES ($1::integer, $2, $3, $4, $5, $6::bigint)
ON CONFLICT (log, day, kind, what, page) DO UPDATE SET times = tallies.times + excluded.times
