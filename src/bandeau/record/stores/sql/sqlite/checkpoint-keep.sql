INSERT INTO checkpoints (size, note) VALUES (?1, ?2)
