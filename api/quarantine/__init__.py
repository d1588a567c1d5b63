"""What came and could not be stored."""
