"""A mapping on its own: each mistake is told with its line, its key, and what can stand there."""

import pytest

from tailings.facility import BadFacility, parse_mapping

GOOD = 'time_column = "t"\ntime_zone = "UTC"\n{line}\n[columns]\n"a" = "n01:pond.level"\n'


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('header = "nams"', "line 3: header: 'nams' is none of names, toa5, none"),
        ('encoding = "utf8x"', "line 3: encoding: 'utf8x' is none of utf-8, cp1252, latin-1"),
        ('doubled_hour = "byorder"', "line 3: doubled_hour: 'byorder' is none of refuse, by-order"),
        ('decimal = ";"', "line 3: decimal: ';' is none of ., ,"),
        ("skiprows = 2", "line 3: skiprows: key 'skiprows' is not known here; did you mean 'skip_rows'?"),
        ('skip_rows = "2"', "line 3: skip_rows: expected a whole number, got text"),
        ("skip_rows = -1", "line 3: skip_rows: between 0 and 1000"),
        ('scale = { "a" = "x^2" }', "line 3: scale: 'x^2' is no line; write it as '0.1*x-3' or '1000*x'"),
        ('scale = { "b" = "2*x" }', "line 3: scale: there is no column 'b' in this mapping; known: a"),
        ('delimiter = ";;"', "line 3: delimiter: one character"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_choices(line: str, says: str) -> None:
    """One in each; the sentences are those that a person reads."""
    with pytest.raises(BadFacility) as refused:
        parse_mapping(GOOD.format(line=line))
    assert says in str(refused.value)


def test_a_map_without_a_zone_is_refused_and_a_whole_one_read() -> None:
    """Nothing is guessed."""
    with pytest.raises(BadFacility, match="the key 'time_zone' is missing; add it"):
        parse_mapping('time_column = "t"\n[columns]\n"a" = "n01:pond.level"\n')
    with pytest.raises(BadFacility, match="line 2: time_zone: 'Lisbon' is no time zone; write Europe/Lisbon"):
        parse_mapping(GOOD.replace('"UTC"', '"Lisbon"').format(line=""))
    assert parse_mapping(GOOD.format(line="skip_rows = 2")).skip_rows == 2
