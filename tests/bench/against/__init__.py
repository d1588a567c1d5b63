"""Tests of old against new."""
