"""The database of closed facilities by Article 27(4) to (8) of Regulation (EU) 2024/1252, with what it lacks."""
