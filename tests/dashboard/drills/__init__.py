"""Tests of the page of drills."""
