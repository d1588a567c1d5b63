"""Benchmarks: the limit of the machine, the usual ways and Tailwatch, measured in one run and in turns.

`python -m bench` writes docs/bench/results.json, and from it the table and the plots beside it. What counts is the
ratio to the limit of the same round: absolute figures move with the machine. No test asserts a time.
"""
