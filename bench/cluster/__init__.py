"""Faults of a broker cluster: real brokers in network namespaces of one machine, real agents, real ingest workers."""
