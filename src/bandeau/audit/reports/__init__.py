"""Reports: an result told to a lawyer and an engineer (html), to programs (json, sarif, junit) and on a terminal."""
