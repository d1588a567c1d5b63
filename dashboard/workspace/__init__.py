"""The page of charts: any series of any facilities on two axes, or one over another, all of it in the address."""
