"""A TOML file that a person wrote: its text, the lines of its keys, and its tables as frozen values.

facility.toml and the settings of every program are read with it, so that a mistake is told the same way in all of them:
with its line, its key, what may stand there and the nearest known word. It imports nothing of ours.
"""
