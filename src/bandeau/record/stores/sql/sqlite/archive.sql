INSERT INTO archive (kind, digest, body, since) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
