"""The generated table of functions: complete, and each row names its source."""

from tailings import filters, formulas, tables


def test_every_plugin_has_a_row() -> None:
    """No formula and no filter is left out."""
    text = tables.document()

    assert all(f"| `{name}` |" in text for name in (*formulas.names(), *filters.names()))


def test_every_row_names_its_source_and_summary() -> None:
    """A plug-in without a source cannot hide."""
    modules = [*map(formulas.get, formulas.names()), *map(filters.get, filters.names())]

    assert [module.__name__ for module in modules if not tables.source(module) or not tables.summary(module)] == []


def test_cells_do_not_break_the_table() -> None:
    """Every line of a table has as many cells as its head."""
    lines = [line for line in tables.document().splitlines() if line.startswith("| ")]
    heads = {line.count(" | ") for line in lines}

    assert all("\n" not in line for line in lines)
    assert heads == {2, 4, 5, 7}
