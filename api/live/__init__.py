"""The live stream: commits as ingest makes them, as server-sent events."""
