SELECT seq FROM entries WHERE substr(record, 1, 6) = substr(?1, 1, 6) AND record = ?1
