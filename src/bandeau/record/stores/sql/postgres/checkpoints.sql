SELECT size, note FROM bandeau.checkpoints WHERE log = $1::integer ORDER BY size
