INSERT INTO withheld (record, reason, since) VALUES (?1, ?2, ?3) ON CONFLICT (record) DO UPDATE SET reason = excluded.reason, since = excluded.since
