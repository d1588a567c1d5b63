"""Measurement uncertainty: how far values may err, by what is stated of the instruments behind them."""
