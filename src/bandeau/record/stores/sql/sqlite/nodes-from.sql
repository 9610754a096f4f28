SELECT level, position, hash FROM nodes WHERE (level, position) >= (?1, ?2) ORDER BY level, position LIMIT ?3
