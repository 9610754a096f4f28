SELECT size, root, frontier FROM head
