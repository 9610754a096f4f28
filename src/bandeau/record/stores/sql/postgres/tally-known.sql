UPDATE bandeau.tallies SET times = times + $6::bigint
WHERE log = $1::integer AND day = $2 AND kind = $3 AND what = $4 AND page = $5
