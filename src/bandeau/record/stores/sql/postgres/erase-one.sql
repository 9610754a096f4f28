UPDATE bandeau.entries SET record = NULL, salt = NULL, body = NULL WHERE log = $1::integer AND seq = $2::bigint
