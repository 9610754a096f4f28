INSERT INTO entries (seq, commitment, record, salt, body)
VALUES ((SELECT coalesce(max(seq) + 1, 0) FROM entries), ?, ?, ?, ?)
