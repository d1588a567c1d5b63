"""The local alarm: the plans followed on the gateway, latched, and released by a person."""
