SELECT count(*) FROM tallies WHERE day = ?
