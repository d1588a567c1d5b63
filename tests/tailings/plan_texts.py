"""A plan as text, that is put behind a facility file."""

from typing import Final

APPROVED: Final = 'approved_by = "Engineer of Record"\napproved_on = 2024-07-01\n'


def plan(name: str, datastream: str, test: str, **levels: float) -> str:
    """A plan that is approved, of levels of one datastream."""
    said = [
        f'[[tarp.{name}.levels]]\nlevel = "{level}"\n'
        f'when = {{ datastream = "{datastream}", test = "{test}", value = {value} }}\n'
        for level, value in levels.items()
    ]
    return f'\n[tarp.{name}]\nfailure_mode = "{name}"\n{APPROVED}{"".join(said)}'
