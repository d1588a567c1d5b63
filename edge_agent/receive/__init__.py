"""Receiving: packs, readings and rows of files come in by the receivers, and acks go back to who sent them."""
