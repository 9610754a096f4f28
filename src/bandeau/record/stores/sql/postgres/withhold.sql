INSERT INTO bandeau.withheld (record, reason, since) SELECT $2::bytea, $3::text, $4::bigint WHERE $1::integer IS NOT NULL
ON CONFLICT (record) DO UPDATE SET reason = excluded.reason, since = excluded.since
