"""Tests of the wire: the standards' examples, a table of bad input, and equal verdicts on CPython and the VM."""
