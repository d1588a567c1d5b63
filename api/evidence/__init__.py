"""Evidence: photos and sheets of what people did, kept as they came; never public."""
