"""Tests of what edge_agent, ingest and api are made of: each fault that was mended in one is mended in all."""
