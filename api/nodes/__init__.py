"""Nodes: their last sign of life, battery and epochs."""
