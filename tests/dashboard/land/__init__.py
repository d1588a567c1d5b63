"""Tests of the page of land use."""
