UPDATE entries SET record = NULL, salt = NULL, body = NULL WHERE record = ?
