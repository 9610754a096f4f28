-- The logs of this database, by their names.
CREATE TABLE IF NOT EXISTS bandeau.logs (
    log integer PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE
);

-- The head of each log, moved by compare-and-swap in the transaction that appends. The frontier are the roots of the
-- whole subtrees at the right edge, from which the tree grows without reading any of it.
CREATE TABLE IF NOT EXISTS bandeau.heads (
    log integer PRIMARY KEY,
    size bigint NOT NULL,
    root bytea NOT NULL,
    frontier bytea NOT NULL
);

-- One row for each leaf: 1 a choice, 2 a version of what was asked and with which code. seq is dense from 0 and never
-- given twice. Erasing takes body, record and salt together. They stand last, because what VACUUM moves into the place
-- of an erased row covers its end first.
CREATE TABLE IF NOT EXISTS bandeau.entries (
    seq bigint NOT NULL,
    log integer NOT NULL,
    kind smallint NOT NULL CHECK (kind IN (1, 2)),
    commitment bytea NOT NULL CHECK (octet_length(commitment) = 32),
    body bytea,
    record bytea CHECK (octet_length(record) = 16),
    salt bytea CHECK (octet_length(salt) = 32),
    CHECK ((record IS NULL) = (body IS NULL) AND (salt IS NULL) = (body IS NULL)),
    PRIMARY KEY (log, seq)
);

-- A record id begins with six bytes of time. Not the whole id, because an index keeps copies that erasing does not
-- reach soon; a bare time names nobody.
CREATE INDEX IF NOT EXISTS entries_by_time ON bandeau.entries (substr(record, 1, 6)) WHERE record IS NOT NULL;

CREATE INDEX IF NOT EXISTS entries_versions ON bandeau.entries (log, seq) WHERE kind = 2;

-- The roots of whole subtrees of 256, 65536, ... leaves, from left to right: what the log's tiles above the lowest
-- are made of. The lowest are computed from the entries.
CREATE TABLE IF NOT EXISTS bandeau.nodes (
    log integer NOT NULL,
    level smallint NOT NULL,
    position bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (log, level, position)
);

-- Signed heads: at most one of a size, kept before it is shown to anybody.
CREATE TABLE IF NOT EXISTS bandeau.checkpoints (
    log integer NOT NULL,
    size bigint NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (log, size)
);

-- The texts that entries refer to by their digest, and when each was first archived, in Unix milliseconds.
CREATE TABLE IF NOT EXISTS bandeau.archive (
    log integer NOT NULL,
    kind text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY (log, kind, digest)
);

-- What browsers reported and what the server saw, counted by the day. The page is empty where the server saw it.
CREATE TABLE IF NOT EXISTS bandeau.tallies (
    log integer NOT NULL,
    day text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    what text COLLATE "C" NOT NULL,
    page text COLLATE "C" NOT NULL,
    times bigint NOT NULL,
    PRIMARY KEY (log, day, kind, what, page)
);

-- Records that may not be erased for now, in whichever log they are, and why (GDPR, art. 17(3)(e)).
CREATE TABLE IF NOT EXISTS bandeau.withheld (
    record bytea PRIMARY KEY CHECK (octet_length(record) = 16),
    reason text NOT NULL,
    since bigint NOT NULL
);
