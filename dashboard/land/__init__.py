"""Land use around a facility: what lies near, who lives there, and where the water goes, each with its layer."""
