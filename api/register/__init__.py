"""Registers of facilities: what authorities and operators say of them, with its history."""
