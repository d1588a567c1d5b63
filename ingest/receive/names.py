"""What the queues of batches of a cluster are called, at the brokers and here."""

from typing import Final

EXCHANGE: Final = "tailwatch.batches"
"""Gives each agent's batches to one of the queues."""
NAME: Final = "tailwatch.batches.{}"
"""Of one queue of batches, counted from 0 on."""
