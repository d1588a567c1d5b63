"""The alarm pages: what needs me now, what is held, what was, plans, one event, one plan."""
