DELETE FROM bandeau.tallies
WHERE log = $1::integer AND day < to_char($2::text::date + $3::text::interval, 'YYYY-MM-DD')
