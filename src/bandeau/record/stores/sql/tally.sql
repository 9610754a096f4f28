INSERT INTO tallies (day, kind, what, times) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET times = times + excluded.times
