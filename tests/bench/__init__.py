"""Tests of the benchmarks: that they measure what they say and that their report is made of their results."""
