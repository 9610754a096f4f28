SELECT count(*) FROM bandeau.tallies WHERE log = $1::integer AND day = $2 AND (page = '') = ($3::text = '')
