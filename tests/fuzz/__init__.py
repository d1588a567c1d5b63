"""Fuzzing: spoilt examples of all that a stranger, a device or a key can send, through the parser that reads them."""
