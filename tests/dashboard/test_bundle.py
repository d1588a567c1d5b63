"""Scripts that are always needed together are sent as one file (names and lines of the examples are invented here)."""

import pytest

from dashboard import bundle

JOINED = {"page.js": ("a.js", "b.js"), "more.js": ("c.js",)}
A = "/* first */\nexport const one = 1;\n"
B = 'import { one } from "./a.js";\n/** Two\n    lines. */\n// three\nexport const two = one + 1;\n'
C = 'import { one } from "./a.js";\nimport { two } from "./b.js";\nconst three = one + two;\n'


def test_a_file_holds_its_scripts_in_order_without_their_imports_and_comments() -> None:
    """What was taken from a script of the same file is simply there."""
    files = bundle.join({"a.js": A, "b.js": B, "c.js": C}, JOINED)

    assert files["page.js"] == "export const one=1;export const two=one+1;"
    assert set(files) == {"page.js", "more.js"}


def test_what_readers_of_the_source_need_is_not_sent() -> None:
    """Indentation, ends of lines, spaces around operators and brackets; what stands in texts and expressions stays."""
    source = 'if (a > 1) {\n  go("  a = b, c", `${x} ? y`);\n  s.replace(/ = , /g, " + ");\n}\nconst b = a / 2 - 1;\n'
    files = bundle.join({"a.js": source, "b.js": "", "c.js": ""}, JOINED)

    assert files["page.js"] == 'if(a>1){go("  a = b, c",`${x} ? y`);s.replace(/ = , /g," + ");}\nconst b=a / 2-1;'


def test_imports_from_another_file_are_taken_from_the_joined_one() -> None:
    """A browser must not load a script twice: joined and alone it would run twice."""
    files = bundle.join({"a.js": A, "b.js": B, "c.js": C, "alone.js": B.replace("two", "four")}, JOINED)

    assert files["more.js"].startswith('import{one,two}from "./page.js";')
    assert 'import{one}from "./page.js";' in files["alone.js"]


@pytest.mark.parametrize(
    ("scripts", "sentence"),
    [
        ({"a.js": B.replace("./a.js", "./b.js"), "b.js": A}, "takes from b.js, which stands after it"),
        ({"a.js": A, "b.js": A}, "declares one again"),
        ({"a.js": A, "b.js": "const text = `a\n  b`;\n"}, "b.js has a text over several lines: const text = `a"),
        ({"a.js": A, "b.js": "const b = `a${c ? `, ${d}` : e}`;\n"}, r"page.js has a text in a text: , \$\{d\}"),
    ],
)
def test_what_cannot_be_joined_is_said(scripts: dict[str, str], sentence: str) -> None:
    """A name twice, a script before what it needs, or a text that lost its spaces, would fail in the browser only."""
    with pytest.raises(bundle.CannotJoin, match=sentence):
        bundle.join({**scripts, "c.js": ""}, JOINED)
