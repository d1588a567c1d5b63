"""What happened in a facility, for charts: alarms, calibrations, rain storms, notes, changes of stored values, gaps."""
