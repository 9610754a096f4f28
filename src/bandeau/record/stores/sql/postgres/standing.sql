SELECT
    (SELECT count(*) FROM bandeau.entries WHERE log = $1::integer AND record IS NOT NULL),
    (SELECT count(*) FROM bandeau.entries WHERE log = $1::integer AND kind = 2),
    (SELECT count(*) FROM bandeau.withheld),
    pg_database_size(current_database())
