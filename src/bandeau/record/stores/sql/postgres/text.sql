SELECT body FROM bandeau.archive WHERE log = $1::integer AND kind = $2 AND digest = $3
