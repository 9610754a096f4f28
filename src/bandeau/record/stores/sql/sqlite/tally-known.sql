UPDATE tallies SET times = times + ?5 WHERE day = ?1 AND kind = ?2 AND what = ?3 AND page = ?4
