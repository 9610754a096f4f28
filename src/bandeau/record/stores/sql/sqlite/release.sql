DELETE FROM withheld WHERE record = ?1
