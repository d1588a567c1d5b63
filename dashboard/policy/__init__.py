"""The pages of policy instruments: indicators before and after, and the dossier that can be checked."""
