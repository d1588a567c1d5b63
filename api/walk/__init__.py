"""The walk: what people read by hand at a facility, in their order, and the readings that they bring from it."""
