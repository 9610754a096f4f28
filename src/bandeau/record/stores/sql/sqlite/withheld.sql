SELECT reason FROM withheld WHERE record = ?1
