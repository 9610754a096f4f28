SELECT body FROM archive WHERE kind = ?1 AND digest = ?2
