"""Who is told of alarms, and how the telling went."""
