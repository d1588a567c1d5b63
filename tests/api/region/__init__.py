"""Tests of a region through the api."""
