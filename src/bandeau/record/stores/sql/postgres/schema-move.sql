UPDATE bandeau.schema SET version = $1::integer
