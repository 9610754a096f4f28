SELECT seq, kind, commitment, record, salt, body FROM bandeau.entries
WHERE log = $1::integer AND seq >= $2::bigint ORDER BY seq LIMIT $3::bigint
