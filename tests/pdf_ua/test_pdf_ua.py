"""The check of papers by veraPDF finds what is broken on purpose, one condition each, and nothing in a good paper."""

from typing import Final

import pytest
import typst

from tests import pdf_ua

HEAD: Final = '#set document(title: "A paper")\n#set text(lang: "en")\n= One\n'
BROKEN: Final = {
    "7.1-9": '#set text(lang: "en")\n= No title\n',
    "7.1-11": HEAD,  # without tags
    "7.4.2-1": HEAD + "=== Three after one\n",
    "7.3-1": HEAD + "#figure(rect(width: 1cm))\n",
}
"""By clause of ISO 14289-1 and rule of veraPDF: title, structure, order of headings, alternate text of a figure."""
UNMARKED: Final = {"5-1", "7.1-10"}
"""Of each: it does not say that it keeps PDF/UA-1, and does not ask that its title is shown."""


@pytest.mark.foreign
def test_each_condition_that_is_broken_on_purpose_is_found() -> None:
    """Set by typst without its own check of PDF/UA; the same words with it have no fault."""
    papers = [typst.compile(text.encode(), pdf_tags=rule != "7.1-11") for rule, text in BROKEN.items()]
    good = typst.compile((HEAD + "== Two\n").encode(), pdf_standards="ua-1")
    *broken, clean = pdf_ua.failures(*papers, good)

    assert [rule in found for rule, found in zip(BROKEN, broken, strict=True)] == [True] * len(BROKEN)
    assert all(set(found) >= UNMARKED for found in broken)
    assert clean == []
