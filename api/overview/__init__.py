"""What stands at facilities at one instant: the answer behind the pages of facilities, nodes and data."""
