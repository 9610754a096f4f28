SELECT kind, digest, body FROM bandeau.archive
WHERE log = $1::integer AND (kind, digest) > ($2, $3) ORDER BY kind, digest LIMIT $4::bigint
