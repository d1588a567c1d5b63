"""Tests of loading layers of land use."""
