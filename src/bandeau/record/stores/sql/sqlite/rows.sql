SELECT seq, kind, commitment, record, salt, body FROM entries WHERE seq >= ?1 ORDER BY seq LIMIT ?2
