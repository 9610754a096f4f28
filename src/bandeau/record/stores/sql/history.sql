SELECT body, salt FROM entries WHERE record = ? ORDER BY seq
