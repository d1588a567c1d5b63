"""TOML of strangers: what is deep is refused before it is parsed, and nothing else is."""

import tomllib
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.study import BadStudy
from tailings.study.inputs import read_inputs
from toml_file import text as toml_text

ROOT = Path(__file__).parents[2]
FILES = [*ROOT.glob("docs/**/*.toml"), *ROOT.glob("tailwatch/**/*.toml"), *ROOT.glob("tests/**/*.toml")]
BRACKETS = st.text("[]{}.#\"'\\ab \t", max_size=60)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a." * 30_000 + "a = 1", 1),
        ("x = 1\n[" + "a." * 17 + "a]", 2),
        ("x = 1\n\n" + '"a" . ' * 17 + "a = 1", 3),
        ("a = " + "[" * 33 + "]" * 33, 1),
        ("a = [\n" + "{b = " * 32, 2),
    ],
)
def test_what_is_deep_is_refused_with_its_line(text: str, line: int) -> None:
    """In a moment: 60 kB of dotted keys took the parser 3.5 GB."""
    with pytest.raises(toml_text.TooDeep) as refused:
        toml_text.read(text)

    assert refused.value.line == line


@pytest.mark.parametrize("number", ["0x" + "9" * 5000, "0b" + "1" * 65, "-" + "9" * 20, "9" * 5000])
def test_a_number_of_more_than_64_bits_is_refused(number: str) -> None:
    """TOML promises 64; a hexadecimal one of any length was read, and could not be written into a sentence."""
    with pytest.raises(toml_text.NotToml, match="line 2: not TOML: a number has too many digits"):
        toml_text.tables(f"x = 1\ny = [{{ z = {number} }}]")


def test_a_number_of_64_bits_is_read() -> None:
    """Both ends, and long texts that only look like numbers."""
    text = f'low = {-(2**63)}\nhigh = {2**63 - 1}\nhash = "{"0a" * 32}"'

    assert toml_text.read(text) == tomllib.loads(text)


def test_a_study_of_dotted_keys_costs_nothing() -> None:
    """The control: tomllib alone takes megabytes for a twentieth of such a text."""
    costs = []
    for read, parts in ((lambda text: read_inputs(text), 30_000), (tomllib.loads, 1_500)):
        tracemalloc.start()
        try:
            read("a." * parts + "a = 1")
        except BadStudy as error:
            assert "line 1: a key has more than 16 parts" in str(error)
        costs.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert costs[0] < 2_000_000 < 8_000_000 < costs[1]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_of_ours_is_read_as_the_parser_reads_it(file: Path) -> None:
    """Facility files, studies, settings: none is near the limits."""
    text = file.read_text()

    assert toml_text.read(text) == tomllib.loads(text)


@given(st.lists(BRACKETS, max_size=40))
def test_brackets_and_dots_in_strings_and_comments_count_for_nothing(texts: list[str]) -> None:
    """Forty half-open intervals in remarks are no depth."""
    lines = []
    for number, text in enumerate(texts):
        plain = text.replace("'", "").replace('"', "").replace("\\", "")
        lines += [f"k{number} = '{plain}' # {text}", f'm{number} = """\n{plain}"x"\n"""', f'n{number} = "\\"{plain}"']
    document = "\n".join(lines)

    assert toml_text.read(document) == tomllib.loads(document)


def test_a_number_of_thousands_of_digits_is_refused_as_toml() -> None:
    """Python does not read more than 4300 digits; the author hears it as any other fault of the text."""
    with pytest.raises(tomllib.TOMLDecodeError, match="digits"):
        toml_text.read("count = " + "9" * 5000)


def test_a_text_in_another_code_is_told_with_its_line() -> None:
    """An editor on Windows that writes cp1252: the line of the first letter that is no UTF-8."""
    with pytest.raises(toml_text.NotToml, match="line 2: a letter is written in another code"):
        toml_text.decoded('id = "a"\nname = "São João"\n'.encode("cp1252"))


def test_a_byte_order_mark_is_told_as_what_it_is() -> None:
    """Notepad writes one; a parser would only say that the first line is wrong."""
    with pytest.raises(toml_text.NotToml, match="line 1: the file begins with a byte-order mark"):
        toml_text.tables(toml_text.decoded('id = "a"\n'.encode("utf-8-sig")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = ", "no value stands here"),
        ("x = 1\nx = 2", "line 2: an id, table or key stands here a second time"),
        ("[a]\n[a]", "line 2: an id, table or key stands here a second time"),
        ("x = [1, 2", "add ]"),
        ("x = { a = 1", "add }"),
        ('x = "a', "add the quote at its end"),
        ('x = "a\n"', "with the quote that it began with"),
        ('x = """a', "add the quote at its end"),
        ('x = "C:\\dam"', "single quotes"),
        ("x 1", 'behind a key stands "="'),
        ("[a", "the brackets are not closed"),
        ("= 1", "a line is a [table], or key = value"),
        ("x = 1\n.y = 2", "line 2:"),
        ("x = 2024-02-30", "there is no such day or time"),
        ("x = 1,5", "a number as 342.5"),
        ("x = " + "9" * 5000, "too many digits"),
        ("a = 1\n[a.b]", "line 2:"),
        ('a = 1\nx = [{ y = "a\\u0000" }]', "line 2: a text has the character U+0000"),
        ('"a\\U00000000b" = 1', "line 1: a text has the character U+0000"),
    ],
)
def test_what_is_no_toml_is_told_in_plain_words(text: str, said: str) -> None:
    """Each sentence of tomllib has ours; none of its own reaches a person."""
    with pytest.raises(toml_text.NotToml) as refused:
        toml_text.tables(text)

    assert said in str(refused.value)
    assert "(at" not in str(refused.value) and "this line cannot be read" not in str(refused.value)


def test_a_backslash_that_is_no_escape_stays() -> None:
    """In single quotes, or doubled, six characters are six characters."""
    assert toml_text.tables("x = 'a\\u0000'\ny = \"b\\\\u0000\"") == {"x": "a\\u0000", "y": "b\\u0000"}
