SELECT count(*) FROM tallies WHERE day = ?1 AND (page = '') = (?2 = '')
