"""The packages of a facility, and the landing page of each: what a citation leads to."""
