SELECT digest, body, since FROM bandeau.archive WHERE log = $1::integer AND kind = $2
