UPDATE entries SET record = NULL, salt = NULL, body = NULL WHERE seq = ?1
