"""Proofs of sight as ingest stored them."""
