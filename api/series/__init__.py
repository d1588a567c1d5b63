"""Several series of a facility in one answer."""
