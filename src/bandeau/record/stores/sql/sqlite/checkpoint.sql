SELECT note FROM checkpoints WHERE size = ?1
