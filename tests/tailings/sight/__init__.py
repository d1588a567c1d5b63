"""Tests of tailings/sight."""
