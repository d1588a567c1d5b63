"""Annual statements: what monitoring found in a year, as the authority and GISTM ask, drafted, signed and kept."""
