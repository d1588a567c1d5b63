"""Where a figure comes from: a page, and the panel that opens beside each figure.

The door: `Item` is one step of the way.
"""

from .page import Item

__all__ = ["Item"]
