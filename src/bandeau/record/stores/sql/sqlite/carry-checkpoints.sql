INSERT INTO checkpoints SELECT size, note FROM present.checkpoints WHERE true ON CONFLICT DO NOTHING
