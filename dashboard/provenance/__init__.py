"""Where a figure comes from: a page, and the panel that opens beside each figure.

The door: `Item` is one step of the way, `difference` the line of a figure that is one value less another.
"""

from .equation import difference
from .page import Item

__all__ = ["Item", "difference"]
