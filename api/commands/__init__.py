"""Commands: the one way in which a person changes something."""
