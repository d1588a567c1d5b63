"""Samples of laboratories: assays of solids and analyses of water, each file once."""
