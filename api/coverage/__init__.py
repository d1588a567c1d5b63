"""On which days each datastream has observations."""
