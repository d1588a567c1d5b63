"""Tests of land use through the api."""
