"""Drills of the response plans: which were held, and the record of each."""
