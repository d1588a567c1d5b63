"""Assessments as ingest stored them."""
