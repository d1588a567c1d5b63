"""Doubles of MicroPython's hardware modules for the unix VM, wired to a simulated dam; never shipped to a board."""
