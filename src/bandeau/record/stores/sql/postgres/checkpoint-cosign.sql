UPDATE bandeau.checkpoints SET note = $3 WHERE log = $1::integer AND size = $2::bigint AND note = $4
