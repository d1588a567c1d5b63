"""Tests of measurement uncertainty: against Monte Carlo trials, worked examples and hand calculation."""
