"""Configuration: the agent's settings, and what the centre, a person or the facility file says of it and its nodes."""
