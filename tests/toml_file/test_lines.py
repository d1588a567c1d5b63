"""Lines: where keys stand, for all ways that TOML has to write them."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.tailings.facilities import VALE, line_of
from toml_file.lines import key_lines
from toml_file.problems import Path

TEXT = '''# a comment with [brackets] and "quotes"
title = "x = 1"   # line 2
[a."b:c".'d.e']
list = [
  1, # one ] more
  { x = 1, y = [2, 3] },
]
text = """
[not.a.table]
k = 1
"""
[[a.rows]]
k = 1
[a.rows.sub]
deep.er = true
[[a.rows]]
k = 2
'''


def paths(value: Any, path: Path = ()) -> set[Path]:
    """Every path of a parsed document."""
    found = {path} - {()}
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        found |= paths(inner, (*path, step))
    return found


def test_each_way_of_writing_has_its_line() -> None:
    """Quoted keys, arrays over lines, multi-line text, arrays of tables and dotted keys are found."""
    lines = key_lines(TEXT)

    assert {
        path: lines[path] for path in [("title",), ("a", "b:c", "d.e", "list", 1, "y"), ("a", "b:c", "d.e", "text")]
    } == {
        ("title",): 2,
        ("a", "b:c", "d.e", "list", 1, "y"): 6,
        ("a", "b:c", "d.e", "text"): 8,
    }
    assert (lines["a", "rows", 0, "sub", "deep", "er"], lines["a", "rows", 1, "k"]) == (15, 17)


def test_paths_are_those_of_tomllib() -> None:
    """What is found is exactly what the standard library's parser found, in the example and the test facility."""
    for text in (TEXT, VALE.read_text()):
        assert set(key_lines(text)) == paths(tomllib.loads(text))


def test_line_of_a_key_in_the_test_facility() -> None:
    """A table's line is that of its header."""
    text = VALE.read_text()

    assert key_lines(text)["datastreams", "n07:vw1.pressure"] == line_of(text, '[datastreams."n07:vw1.pressure"]')


KEYS = st.sampled_from(["a", "b", "c-d", '"q:r"', "'s.t'"])
SCALARS = st.sampled_from(["1", "-1.5e3", '"te]xt # no"', "'}'", "true", "2024-06-12", '"""m\n]\n"""', "[]", "{}"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ",\n # c\n".join(items) + "]")
        | st.dictionaries(KEYS, SCALARS.filter(lambda text: "\n" not in text), max_size=3).map(
            lambda pairs: "{ " + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + " }"
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["t", "u", '"v w"']), st.dictionaries(KEYS, VALUES, max_size=4), max_size=3))
def test_paths_agree_with_tomllib_on_any_document(tables: dict[str, dict[str, str]]) -> None:
    """Whatever document is written, the scan finds the parser's paths."""
    text = "".join(
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in pairs.items()) for name, pairs in tables.items()
    )

    assert set(key_lines(text)) == paths(tomllib.loads(text))
