"""What regions learn from one another: good practices, learning events with who learned what, and organisations."""
