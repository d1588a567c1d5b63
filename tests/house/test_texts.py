"""No English sentence in SQL: a statement stores and asks codes, and the catalogue has the sentences."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
ROOMS: Final = ("ingest", "api", "dashboard", "tailwatch", "edge_agent")
SQL: Final = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER)\b")
LITERAL: Final = re.compile(r"'((?:[^'\n]|'')*)'")
SENTENCE: Final = re.compile(r"[A-Za-z]{2,},? [a-z]{2,}")
"""Two words beside one another: '7 days' and 'HH24:MI' are none."""
REFUSALS: Final = re.compile(r"RAISE EXCEPTION\s+'[^']*'")
"""What the database says to who breaks a rule is an error of a programmer, and is never stored."""
STANDING: Final = {
    "not asked for: known only when it was over": "read by a migration, to make a code of it",
    "set the clock of the sender; the readings wait to be released with its offset": "a fix, once migrated",
}


def sentences(statement: str) -> list[str]:
    """Give what is written in words in the literals of a statement."""
    plain = REFUSALS.sub("", re.sub(r"--[^\n]*", "", statement))
    return [text for text in LITERAL.findall(plain) if SENTENCE.search(text) and text not in STANDING]


def statements() -> Iterator[tuple[str, str]]:
    """Give each migration, and each string of the source that is SQL, with the file that it stands in."""
    for file in sorted((ROOT / "ingest" / "migrations").glob("*.sql")):
        yield file.name, file.read_text()
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
                    yield str(file.relative_to(ROOT)), node.value


def test_no_statement_has_a_sentence() -> None:
    """Neither a migration nor a query makes words for people."""
    assert [(file, found) for file, text in statements() if (found := sentences(text))] == []


def test_a_sentence_in_a_statement_is_found() -> None:
    """The control: a title as release 0.1 made it in SQL; a code, an interval, an exception and a comment are none."""
    title = "SELECT id, format('Battery of node %s at %s V', id, result) FROM datastream"
    codes = "SELECT 'silent-node', interval '15 minutes' -- 'a comment of words'\nRAISE EXCEPTION 'it is never changed'"

    assert sentences(title) == ["Battery of node %s at %s V"]
    assert sentences(codes) == []
