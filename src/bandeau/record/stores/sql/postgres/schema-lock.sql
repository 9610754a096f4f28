SELECT version FROM bandeau.schema FOR UPDATE
