"""A drill of the response plans of a dam, on simulated readings and in an installation of its own.

dam        what the nodes read, as the scenario has it
past_files what was read before it, for plans that look back
site       its installation: notifications go to the pager on this machine and to nobody else
leader     begins the drill when the dam is watched, keeps its record, ends it
sealed_record the record as a sealed file, and what is checked before it is taken home
"""
