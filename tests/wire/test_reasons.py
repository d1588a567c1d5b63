"""Reasons: every refusal has a slug and a fix, and says both to a person."""

import re
from pathlib import Path

import pytest

from codec import pack
from tests.codec.bad_packs import BAD_PACKS
from wire import BadPack, limits, reasons

ROOT = Path(__file__).resolve().parents[2]
RAISED = re.compile(r'BadPack\(\s*[^,()]+(?:\([^)]*\))?,\s*(?:"[a-z-]+" if [^,]+ else )?"([a-z0-9-]+)"')


def test_every_reason_that_is_raised_has_a_fix() -> None:
    """No module of the contract or the codec refuses with a slug that the table does not know."""
    paths = [path for room in ("wire", "codec") for path in (ROOT / room).glob("*.py")]
    raised = {slug for path in paths for slug in RAISED.findall(path.read_text())}

    assert len(raised) > 35
    assert raised - set(reasons.FIXES) == set()


def test_reasons_are_slugs_and_fixes_are_texts() -> None:
    """Each can travel in a quarantine record as it is."""
    assert all(re.fullmatch("[a-z0-9][a-z0-9-]{0,31}", reason) for reason in reasons.FIXES)
    assert all(pack.is_text(fix) for fix in reasons.FIXES.values())


def test_numbers_in_the_fixes_are_the_limits() -> None:
    """What a fix tells a person is what the code checks."""
    known = {value for name, value in vars(limits).items() if name.isupper()}
    told = {int(number) for fix in reasons.FIXES.values() for number in re.findall(r"\b\d{3,}\b", fix)}

    assert told - known - {8259} == set()  # the number of the JSON standard


@pytest.mark.parametrize(("data", "content_type"), [bad[1:3] for bad in BAD_PACKS], ids=[bad[0] for bad in BAD_PACKS])
def test_a_refusal_tells_field_reason_and_fix_in_one_line(data: bytes, content_type: str) -> None:
    """str(BadPack) is one printable line of bounded length with all three."""
    with pytest.raises(BadPack) as refused:
        pack.decode(data, content_type)
    told = str(refused.value)

    assert all(part in told for part in (refused.value.field, refused.value.reason, refused.value.fix))
    assert told.isprintable()
    assert len(told) < 400


def test_what_a_stranger_wrote_is_cleaned() -> None:
    """Line breaks, quotes and length cannot forge a log line."""
    bad = BadPack('a"\n2026 ERROR', "label", "x" * 9000)

    assert bad.field == "a'?2026 ERROR"
    assert len(bad.detail) < 70


def test_a_reason_of_another_room_still_reads() -> None:
    """A slug that the table does not know points at the document."""
    assert "docs/wire.md" in str(BadPack("x", "something-else"))
