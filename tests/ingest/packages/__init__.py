"""Tests of packages: made in a real database once, then read and spoilt as files."""
