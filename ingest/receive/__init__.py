"""Receiving: packets of the broker become arrivals, and what agents say of themselves is kept."""
