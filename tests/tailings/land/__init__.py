"""Tests of land use around a facility; the oracles share no code with it."""
