"""Traces one reading through the real programs, from the driver of a node to the chart."""
