"""Screenings: intervals of facilities with few samples or none, how they held, and where to sample next."""
