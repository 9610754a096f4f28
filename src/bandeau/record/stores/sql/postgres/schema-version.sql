SELECT version FROM bandeau.schema
