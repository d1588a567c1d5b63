"""The simulated dam of the demo: seeded weather, water, instruments and faults that drive the real firmware."""
