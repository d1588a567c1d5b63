"""Tests of the pin maps and energy figures."""
