SELECT log FROM bandeau.logs WHERE name = $1
