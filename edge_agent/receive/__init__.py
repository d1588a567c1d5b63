"""Receiving: packs, readings and rows of files come in by the receivers, and marks go back to who sent them."""
