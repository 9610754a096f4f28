INSERT INTO nodes (level, position, hash) VALUES (?, ?, ?)
