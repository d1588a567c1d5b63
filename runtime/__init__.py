"""What a program that runs for years is made of: its log, and what else edge_agent, ingest and api have in common.

It knows nothing of tailings, and imports the wire alone. Import the module that is meant, `runtime.log`: a program
pays only for what it uses.
"""
