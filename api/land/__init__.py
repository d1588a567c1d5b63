"""Land use: the layers that are loaded, and what they have around a facility and downstream of it."""
