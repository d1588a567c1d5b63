"""Proof of sight from what is stored."""
