WITH newest AS (
    SELECT seq, commitment FROM bandeau.entries WHERE log = $1::integer AND kind = 2 AND seq < $2::bigint
    ORDER BY seq DESC LIMIT $3::bigint
)
SELECT seq, body FROM newest
JOIN bandeau.archive ON archive.log = $1::integer AND kind = 'version' AND digest = encode(commitment, 'hex')
ORDER BY seq DESC
