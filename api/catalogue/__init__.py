"""The catalogue of all that can be read here, for portals: readings, packages, statements, policy, layers."""
