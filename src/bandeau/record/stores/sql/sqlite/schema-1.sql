-- One row for each choice. seq is dense from 0 and never given twice: it is the index of a log's leaf.
-- Erasing takes record, salt and body together and leaves seq and commitment.
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    record BLOB CHECK (length(record) = 16),
    salt BLOB CHECK (length(salt) = 32),
    body BLOB,
    CHECK ((record IS NULL) = (body IS NULL) AND (salt IS NULL) = (body IS NULL))
);

-- The only other index: a record id begins with six bytes of time, so that new ones go to its end. Not the whole id,
-- because a page of an index that was split keeps copies that no erasing reaches; a bare time names nobody.
CREATE INDEX entries_by_time ON entries (substr(record, 1, 6)) WHERE record IS NOT NULL;

-- The texts that entries refer to by their digest.
CREATE TABLE archive (
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (kind, digest)
);

-- What browsers reported, counted by the day.
CREATE TABLE tallies (
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (day, kind, what)
) WITHOUT ROWID;
