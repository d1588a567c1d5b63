"""Reporting: what the agent says of itself to the centre, to a person at the gateway and to Prometheus."""
