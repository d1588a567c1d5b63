"""The nearest known word: by letters, whatever the capitals; where none is near, all of them."""

import pytest

from toml_file.nearest import choices, hint


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("frist", "; did you mean 'first'?"),
        ("FIRST", "; did you mean 'first'?"),
        ("x", "; known: first, second"),
    ],
)
def test_the_nearest_word_or_all_are_told(word: str, said: str) -> None:
    """A slip of the pen has its word; another one is told what there is."""
    assert hint(word, ["second", "first"]) == said


def test_choices_are_told_all_and_none_is_guessed_that_is_far() -> None:
    """`sealed` is not `vented`, though four letters are the same: that guess would turn the sign of a correction."""
    known = ["vented", "absolute", "none"]

    assert choices("sealed", known) == "; choose one of vented, absolute, none"
    assert choices("Vented", known) == "; did you mean 'vented'? choose one of vented, absolute, none"
