"""What a program that runs for years is made of: settings, secrets, log, MQTT link, queue, shutdown, crash.

edge_agent, ingest and api use it, so that a fault that is mended here is mended in all. It knows nothing of tailings
and imports the wire and the reader of TOML files alone. Import the module that is meant, `runtime.log`: a program pays
only for what it uses.
"""
