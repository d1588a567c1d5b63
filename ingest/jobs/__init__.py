"""What runs beside the live data: background threads, the job scheduler, and the state of this ingest."""
