-- The log: entries are its leaves, of two kinds: 1 a choice, 2 a version of what was asked and with which code.
ALTER TABLE entries ADD COLUMN kind INTEGER NOT NULL DEFAULT 1 CHECK (kind IN (1, 2));

CREATE INDEX entries_versions ON entries (seq) WHERE kind = 2;

-- The roots of whole subtrees of 256, 65536, ... leaves, from left to right: what the log's tiles above the lowest
-- are made of. The lowest are computed from the entries.
CREATE TABLE nodes (
    level INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, position)
) WITHOUT ROWID;

-- The head of the log: one row, moved by compare-and-swap in the transaction that appends. The frontier are the roots
-- of the whole subtrees at the right edge, from which the tree grows without reading any of it.
CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    frontier BLOB NOT NULL
);

INSERT INTO head VALUES (1, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', x'0000000000000000');

-- Signed heads: at most one of a size, kept before it is shown to anybody.
CREATE TABLE checkpoints (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL
);

-- Records that may not be erased for now, and why (GDPR, art. 17(3)(e)).
CREATE TABLE withheld (
    record BLOB PRIMARY KEY CHECK (length(record) = 16),
    reason TEXT NOT NULL,
    since INTEGER NOT NULL
) WITHOUT ROWID;
