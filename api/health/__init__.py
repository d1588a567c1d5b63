"""Whether the api works."""
