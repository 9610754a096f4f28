INSERT INTO archive (kind, digest, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
