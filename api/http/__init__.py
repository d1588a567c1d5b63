"""What every address of the api shares: errors, limits, headers, cursors, the database, routes loaded late."""
