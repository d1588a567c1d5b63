"""Tests of the edge agent: real Mosquitto, real SQLite, paho clients in the place of nodes and centre."""
