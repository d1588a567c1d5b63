"""Tests of the drivers: one file each."""
