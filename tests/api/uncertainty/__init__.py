"""Tests of the uncertainty that the api answers."""
