"""What was changed after the fact, by whom and why."""
