INSERT INTO bandeau.entries (log, seq, kind, commitment, record, salt, body)
SELECT $1::integer, * FROM unnest($2::bigint[], $3::smallint[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[])
