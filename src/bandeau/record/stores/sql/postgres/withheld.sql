SELECT reason FROM bandeau.withheld WHERE $1::integer IS NOT NULL AND record = $2
