"""Tests of the node: on CPython, on the MicroPython VM, and against a real broker."""
