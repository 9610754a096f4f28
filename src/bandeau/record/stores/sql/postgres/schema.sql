CREATE TABLE IF NOT EXISTS bandeau.schema (
    one integer PRIMARY KEY CHECK (one = 1),
    version integer NOT NULL
)
