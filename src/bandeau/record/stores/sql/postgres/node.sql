COPY bandeau.nodes (log, level, position, hash) FROM STDIN (FORMAT BINARY)
