"""Tests of drills over HTTP."""
