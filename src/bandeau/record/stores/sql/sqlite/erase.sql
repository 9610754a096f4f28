UPDATE entries SET record = NULL, salt = NULL, body = NULL
WHERE substr(record, 1, 6) = substr(?1, 1, 6) AND record = ?1
