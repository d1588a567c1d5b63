"""What facilities side by side take of a machine, for `tailwatch capacity`: `python -m bench.capacity`."""
