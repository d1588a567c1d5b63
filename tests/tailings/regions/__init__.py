"""Tests of regions and of which one a place lies in."""
