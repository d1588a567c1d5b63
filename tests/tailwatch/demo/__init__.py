"""Tests of the simulated dam."""
