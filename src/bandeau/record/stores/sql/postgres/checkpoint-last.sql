SELECT note FROM bandeau.checkpoints WHERE log = $1::integer ORDER BY size DESC LIMIT 1
