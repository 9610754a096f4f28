INSERT INTO bandeau.logs (log, name) SELECT coalesce(max(log), 0) + 1, $1 FROM bandeau.logs
