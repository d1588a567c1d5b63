"""What runs beside the live data: background threads, the scheduler of what a commit leaves to do, this ingest's state."""
