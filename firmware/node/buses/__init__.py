"""Buses: what an instrument is wired to. A bus is made by the board from its pins and gives raw signals to a driver."""
