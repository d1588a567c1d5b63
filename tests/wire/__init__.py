"""Tests of the contract: spelling, bounds and bookkeeping, with equal verdicts on CPython and the VM."""
