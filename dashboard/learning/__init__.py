"""The pages of learning: good practices as sheets, events with who learned what, and organisations."""
