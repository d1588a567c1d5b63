"""Where a figure comes from, down to what was measured."""
