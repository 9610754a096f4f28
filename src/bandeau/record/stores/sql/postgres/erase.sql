UPDATE bandeau.entries SET record = NULL, salt = NULL, body = NULL
WHERE $1::integer IS NOT NULL AND substr(record, 1, 6) = substr($2::bytea, 1, 6) AND record = $2::bytea
