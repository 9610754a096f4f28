INSERT INTO bandeau.schema (one, version) VALUES (1, 0) ON CONFLICT DO NOTHING
