"""What laboratories found in the water of a facility, against the limits in force."""
