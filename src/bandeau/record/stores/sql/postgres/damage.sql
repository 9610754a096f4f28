SELECT 'ok' WHERE $1::integer IS NOT NULL
