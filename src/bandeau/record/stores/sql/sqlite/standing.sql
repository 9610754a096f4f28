SELECT
    (SELECT count(*) FROM entries WHERE record IS NOT NULL),
    (SELECT count(*) FROM entries WHERE kind = 2),
    (SELECT count(*) FROM withheld),
    page_count * page_size
FROM pragma_page_count, pragma_page_size
