"""Ingest: batches from the broker into the database, in the order subscribe -> decode -> store -> acks.

`python -m ingest SETTINGS.toml` runs it, `--migrate` brings the schema up to date and ends. A batch is acknowledged
and acknowledged only after the transaction that holds its observations, ledger and quarantine is committed. Any number
of processes may run side by side, each with a client_id of its own.
"""
