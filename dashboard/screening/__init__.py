"""The page of screenings: what facilities with few samples or none may hold, how that held, and where to sample."""
