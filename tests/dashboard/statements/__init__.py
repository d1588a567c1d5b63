"""Tests of annual statements as a page and on paper."""
