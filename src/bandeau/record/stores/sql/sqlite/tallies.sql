SELECT day, kind, what, page, times FROM tallies ORDER BY day, kind, what, page
