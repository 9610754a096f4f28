-- What the table was made for: the settings of the run, and the browser that it drives.
CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- One row for each page. A lease is a number that is never given twice: only who holds it may end the page.
-- alone: it was lost in company, so that it is only seen alone now. blamed: how often it was lost alone.
CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'todo' CHECK (state IN ('todo', 'leased', 'done', 'failed')),
    alone INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    blamed INTEGER NOT NULL DEFAULT 0,
    busy INTEGER NOT NULL DEFAULT 0,
    lease INTEGER UNIQUE,
    worker TEXT NOT NULL DEFAULT '',
    started REAL,
    ended REAL,
    reason TEXT NOT NULL DEFAULT '',
    result BLOB,
    CHECK ((state IN ('done', 'failed')) = (result IS NOT NULL)),
    CHECK (state <> 'leased' OR lease IS NOT NULL)
);

CREATE INDEX pages_todo ON pages (host, alone, id) WHERE state = 'todo';

CREATE INDEX pages_state ON pages (state);

CREATE TABLE pictures (
    page INTEGER NOT NULL REFERENCES pages (id),
    name TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (page, name)
);

CREATE INDEX pictures_name ON pictures (name);

-- When the last page of a host was started, and until when the host asks to be left alone; seconds since 1970.
CREATE TABLE hosts (
    name TEXT PRIMARY KEY,
    started REAL NOT NULL DEFAULT 0,
    held REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE robots (
    origin TEXT PRIMARY KEY,
    told TEXT NOT NULL,
    body BLOB NOT NULL,
    fetched REAL NOT NULL
);
