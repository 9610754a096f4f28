SELECT kind, commitment FROM entries WHERE seq >= ?1 AND seq < ?1 + ?2 ORDER BY seq
