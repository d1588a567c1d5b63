"""Boards: one folder a board, `pins.py` generated from hardware/pins/*.toml and the seam to machine, network, flash."""
