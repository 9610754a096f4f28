INSERT INTO entries (seq, kind, commitment, record, salt, body) VALUES (?, ?, ?, ?, ?, ?)
