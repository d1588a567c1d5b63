"""Proofs of sight by the api."""
