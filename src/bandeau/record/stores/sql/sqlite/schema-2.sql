-- Counts tell the page's pattern as well, where a browser reported: empty where the server saw it itself.
CREATE TABLE tallies_by_page (
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    page TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (day, kind, what, page)
) WITHOUT ROWID;

INSERT INTO tallies_by_page (day, kind, what, page, times) SELECT day, kind, what, '', times FROM tallies;

DROP TABLE tallies;

ALTER TABLE tallies_by_page RENAME TO tallies;
