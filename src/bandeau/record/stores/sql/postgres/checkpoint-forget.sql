DELETE FROM bandeau.checkpoints WHERE log = $1::integer AND size <
(SELECT size FROM bandeau.checkpoints WHERE log = $1::integer ORDER BY size DESC LIMIT 1 OFFSET $2::bigint)
