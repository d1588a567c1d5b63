"""Tests of drills against a real database."""
