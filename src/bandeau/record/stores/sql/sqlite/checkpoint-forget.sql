DELETE FROM checkpoints WHERE size < (SELECT size FROM checkpoints ORDER BY size DESC LIMIT 1 OFFSET ?1)
