SELECT day, kind, what, times FROM tallies ORDER BY day, kind, what
