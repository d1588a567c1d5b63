"""Tests of photos and sheets on pages."""
