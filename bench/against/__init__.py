"""Old against new: an earlier commit and this working tree, measured in turns on this machine.

A run of a side is a process of its own (running.py) on a ground of its own, in a private copy of its tree (trees.py),
with the measuring code of that tree and the amounts of this one (side.py). Both sides take turns measurement by
measurement (pairs.py). What counts is the ratio within a pair (ratios.py).
"""

from bench.against.pairs import compare
from bench.against.report import read, text, write
from bench.against.side_process import NotMeasured
from bench.against.trees import NoTree

__all__ = ["NoTree", "NotMeasured", "compare", "read", "text", "write"]
