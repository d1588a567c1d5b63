"""Policy instruments: indicators that are frozen, before and after, and what made the difference."""
