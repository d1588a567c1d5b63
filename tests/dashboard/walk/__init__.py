"""Tests of the page of the walk."""
