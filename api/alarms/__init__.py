"""Alarms, plans, approvals, actions and the load on people."""
