"""The kinds of requests, one file each; `ingest/commands/__init__.py` has their contract."""
