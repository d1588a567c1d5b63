"""What reprocessing the waste would bring: studies, their samples and the origin of each figure."""
