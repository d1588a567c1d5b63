"""The kinds of requests, one file each; `ingest/requests/__init__.py` has their contract."""
