"""How often screening intervals hold the truth of a simulated country, and what the sampling plan saves there."""
