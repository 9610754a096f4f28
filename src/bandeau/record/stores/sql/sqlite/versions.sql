SELECT seq, body FROM (SELECT seq, commitment FROM entries WHERE kind = 2 AND seq < ?1 ORDER BY seq DESC LIMIT ?2)
JOIN archive ON archive.kind = 'version' AND digest = lower(hex(commitment)) ORDER BY seq DESC
