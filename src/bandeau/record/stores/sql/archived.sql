SELECT digest, body FROM archive WHERE kind = ?
