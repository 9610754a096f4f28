SELECT size, root, frontier FROM bandeau.heads WHERE log = $1::integer FOR UPDATE
