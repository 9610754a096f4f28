SELECT seq, record, body FROM entries WHERE seq >= ?1 AND seq < ?1 + ?2 AND body IS NOT NULL ORDER BY seq
