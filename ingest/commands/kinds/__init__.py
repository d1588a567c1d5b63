"""The kinds of commands, one file each; `ingest/commands/__init__.py` has their contract."""
