"""Tests of the pages: pure functions, pages over the real api, and a real browser."""
