INSERT INTO withheld SELECT record, reason, since FROM present.withheld WHERE true ON CONFLICT DO NOTHING
