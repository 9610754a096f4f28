-- When a text was first archived, in Unix milliseconds; not known of what was there before this column.
ALTER TABLE archive ADD COLUMN since INTEGER;
