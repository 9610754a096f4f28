UPDATE head SET size = ?1, root = ?2, frontier = ?3 WHERE size = ?4 AND root = ?5
