"""Jobs beside the live data: background threads, the scheduler of what a commit leaves to do, the ingest state."""
