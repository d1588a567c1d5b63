"""Tests of packages as the api gives them."""
