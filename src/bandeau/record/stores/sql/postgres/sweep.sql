VACUUM (TRUNCATE FALSE) bandeau.entries, bandeau.withheld
