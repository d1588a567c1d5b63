"""Tests of the page of a region."""
