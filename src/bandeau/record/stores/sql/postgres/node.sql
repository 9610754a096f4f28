INSERT INTO bandeau.nodes (log, level, position, hash)
SELECT $1::integer, * FROM unnest($2::smallint[], $3::bigint[], $4::bytea[])
