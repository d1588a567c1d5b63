"""The instruments of a facility file: where they stand, and how they are calibrated."""
