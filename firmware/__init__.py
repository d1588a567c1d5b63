"""The node: what runs on a field board and, for tests and the demo, on MicroPython's unix VM."""
