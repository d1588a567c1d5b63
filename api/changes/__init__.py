"""What changed since a commit: rows as they are now, revisions, facility files; and the content hash of each month."""
