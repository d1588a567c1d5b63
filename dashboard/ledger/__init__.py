"""The page of the ledger: everything that was sent, and what became of it."""
