"""A facility at one instant: what it is, its datastreams, nodes and gateways, and its assessment."""
