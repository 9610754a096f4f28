SELECT hash FROM nodes WHERE level = ?1 AND position >= ?2 AND position < ?2 + ?3 ORDER BY position
