"""A mapping on its own: each mistake is told with its line, its key, and what can stand there."""

from pathlib import Path

import pytest

from edge_agent.config.settings import load_mapping
from runtime.settings import BadSettings

GOOD = 'time_column = "t"\ntime_zone = "UTC"\n{line}\n[columns]\n"a" = "n01:pond.level"\n'


def written(folder: Path, text: str) -> Path:
    """A map in a file of its own."""
    file = folder / "map.toml"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            'header = "nams"',
            "did you mean 'names'? choose one of names, none, toa5",
        ),
        (
            'encoding = "utf8x"',
            "did you mean 'utf-8'? choose one of cp1252, latin-1, utf-8",
        ),
        (
            'doubled_hour = "byorder"',
            "did you mean 'by-order'? choose one of by-order, refuse",
        ),
        ('decimal = ";"', "line 3: decimal: the value ';' is not known; choose one of ,, ."),
        ("skiprows = 2", "line 3: skiprows: key 'skiprows' is not known here; did you mean 'skip_rows'?"),
        ('skip_rows = "2"', "line 3: skip_rows: expected a whole number, got text"),
        ("skip_rows = -1", "line 3: skip_rows: expected a whole number >= 0, not -1"),
        ('scale = { "a" = "x^2" }', "line 3: scale: 'x^2' is no line; write it as '0.1*x-3' or '1000*x'"),
        ('scale = { "b" = "2*x" }', "line 3: scale: there is no column 'b' in this mapping; known: a"),
        ('delimiter = ";;"', "line 3: delimiter: one character"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_choices(tmp_path: Path, line: str, says: str) -> None:
    """One in each; the sentences are those that a person reads."""
    with pytest.raises(BadSettings) as refused:
        load_mapping(written(tmp_path, GOOD.format(line=line)))
    assert says in str(refused.value)


def test_a_map_without_a_zone_is_refused_and_a_whole_one_read(tmp_path: Path) -> None:
    """Nothing is guessed."""
    with pytest.raises(BadSettings, match="the key 'time_zone' is missing; add it"):
        load_mapping(written(tmp_path, 'time_column = "t"\n[columns]\n"a" = "n01:pond.level"\n'))
    with pytest.raises(BadSettings, match="line 2: time_zone: 'Lisbon' is no time zone; write Europe/Lisbon"):
        load_mapping(written(tmp_path, GOOD.replace('"UTC"', '"Lisbon"').format(line="")))
    assert load_mapping(written(tmp_path, GOOD.format(line="skip_rows = 2"))).skip_rows == 2
