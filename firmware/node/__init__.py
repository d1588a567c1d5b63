"""The node's rooms; `main.py` joins them."""
