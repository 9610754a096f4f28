SELECT seq, body, salt,
CASE WHEN log = $1::integer THEN '' ELSE (SELECT name FROM bandeau.logs WHERE logs.log = entries.log) END
FROM bandeau.entries WHERE substr(record, 1, 6) = substr($2::bytea, 1, 6) AND record = $2::bytea ORDER BY log, seq
