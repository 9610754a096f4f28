SELECT note FROM bandeau.checkpoints WHERE log = $1::integer AND size = $2::bigint
