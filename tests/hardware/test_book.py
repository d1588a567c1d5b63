"""The build book: what is committed is what the boards, the bring-up and the enclosure say now."""

import re
from html.parser import HTMLParser

import pytest

from hardware.tools import bom, book, design, parts_page
from tailwatch import bring_up


def test_tables_drawings_and_part_pages_are_generated() -> None:
    """Byte for byte; `python -m hardware.tools.book` brings them up to date."""
    stale = [path.name for path, text in book.files() if not path.exists() or path.read_text() != text]

    assert stale == []


@pytest.mark.parametrize("board", design.BOARDS)
def test_each_part_is_soldered_once(board: str) -> None:
    """All that is bought, and nothing else, is in the order of assembly."""
    names = [name for line in book.assembly(board).splitlines() for name in line.partition(": ")[2].split()]

    assert sorted(names) == sorted(ref for ref, part in design.read(board).parts.items() if part.item.is_bought)


@pytest.mark.parametrize("board", design.BOARDS)
def test_the_table_has_as_many_parts_as_the_list_for_the_assembler(board: str) -> None:
    """Counts and references of bom.csv."""
    rows = [line.split(" | ") for line in book.bill(board).splitlines()[2:]]
    listed = (design.HARDWARE / board / "bom.csv").read_text()

    assert sum(int(row[0].removeprefix("| ")) for row in rows) == sum(
        int(row[1]) for row in bom.rows(design.read(board))
    )
    assert all(row[-1].removesuffix(" |") in listed for row in rows)


class Names(HTMLParser):
    """Ids, rows, and whatever would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.asked: set[str] = set()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "g" and said.get("id"):
            self.ids.add(str(said["id"]))
        self.asked |= set((said.get("data-of") or "").split())
        self.fetched += [str(said[key]) for key in ("src", "href") if key in said]


@pytest.mark.parametrize("board", design.BOARDS)
def test_each_row_of_a_part_page_has_its_places_and_asks_no_network(board: str) -> None:
    """Every reference of the bill is drawn, and nothing is fetched."""
    text = parts_page.page(board)
    found = Names()
    found.feed(text)

    assert found.asked <= found.ids and found.asked == {
        ref for ref, part in design.read(board).parts.items() if part.item.is_bought
    }
    assert found.fetched == [] and "http" not in re.sub(r"datasheet.*", "", text)


@pytest.mark.parametrize("board", design.BOARDS)
def test_pads_lie_on_the_board_where_the_design_puts_the_parts(board: str) -> None:
    """Middle and place of each part, and no pad beyond the edge but the module's and the socket's."""
    of = design.read(board)
    width, height = of.layout["size"]
    for one in parts_page.placed(board):
        x, y, *_ = of.layout["place"][one.reference]
        assert (one.x, one.y) == pytest.approx((x, y), abs=1e-3)
        assert all(-0.5 <= pad.x <= width + 0.5 and -0.5 <= pad.y <= height + 0.5 for pad in one.pads), one.reference


def test_the_procedure_has_each_step_with_its_limits() -> None:
    """Of the plan that the command runs."""
    text = book.PAGE.read_text()

    for one in bring_up.plan().steps:
        assert f"| `{one.id}` | {one.title}" in text
    for name in bring_up.plan().fixtures:
        assert f"- `{name}`: " in text


def test_not_built_is_said_first() -> None:
    """Before anything is ordered."""
    assert "Not built" in book.PAGE.read_text()[:400]
