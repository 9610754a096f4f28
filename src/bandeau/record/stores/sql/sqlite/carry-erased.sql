UPDATE entries SET record = NULL, salt = NULL, body = NULL
WHERE body IS NOT NULL AND seq IN (SELECT seq FROM present.entries WHERE body IS NULL)
