COPY bandeau.entries (log, seq, kind, commitment, record, salt, body) FROM STDIN (FORMAT BINARY)
