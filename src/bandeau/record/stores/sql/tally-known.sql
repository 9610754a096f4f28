UPDATE tallies SET times = times + ?4 WHERE day = ?1 AND kind = ?2 AND what = ?3
