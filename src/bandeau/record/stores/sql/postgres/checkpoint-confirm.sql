UPDATE bandeau.checkpoints SET note = note WHERE log = $1::integer AND note = $2
