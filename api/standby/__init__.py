"""Reads of history at a standby of the database, which is off unless the settings say how old an answer may be.

`history` says which addresses that are, and what their answers say of it; `reading` when a standby is new enough.
"""
