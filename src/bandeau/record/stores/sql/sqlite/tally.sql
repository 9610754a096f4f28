INSERT INTO tallies (day, kind, what, page, times) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET times = times + excluded.times
