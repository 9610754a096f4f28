SELECT kind, digest, body FROM archive WHERE (kind, digest) > (?1, ?2) ORDER BY kind, digest LIMIT ?3
