"""A drill of the response plans on the simulated dam of the demo, in an installation of its own.

dam     the simulated dam, with more water and silent instruments as the scenario has them
site    its installation: notifications go to the pager on this machine and to nobody else
leader  begins the drill when the dam is watched, keeps its record, ends it
"""
