SELECT day, kind, what, page, times FROM bandeau.tallies WHERE log = $1::integer ORDER BY day, kind, what, page
