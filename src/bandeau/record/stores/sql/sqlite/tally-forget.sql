DELETE FROM tallies WHERE day < date(?1, ?2)
