"""Tests of `tailwatch drill`."""
