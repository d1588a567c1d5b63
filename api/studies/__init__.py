"""What the waste is worth: studies, their samples and the origin of each figure."""
