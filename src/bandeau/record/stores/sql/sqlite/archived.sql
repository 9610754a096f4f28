SELECT digest, body, since FROM archive WHERE kind = ?
