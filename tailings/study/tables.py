"""The tables of a study, for files: columns with their units in their names, sources and labels in each row."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from tailings import csv_text
from tailings.estimate.outcomes import Outcomes, p90_p50_p10, tornado
from tailings.study import sample_table
from tailings.study.competent_person import standing
from tailings.study.results import StudyResult
from tailings.study.sample_table import SampleRow

Columns = dict[str, list[Any]]
KEY: Final = "tailwatch"
MEDIA: Final = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


class Label(Struct, frozen=True):
    """What every file says of its study."""

    facility: str
    version: int
    inputs_sha256: str
    samples_sha256: str
    licence: str


def columns(
    name: str, result: StudyResult, drawn: Outcomes, label: Label, samples: Sequence[SampleRow] = ()
) -> Columns:
    """A table by its name in NAMES; each row ends with label, version and hash. Raises KeyError for an unknown one.

    samples: what SAMPLES is made of; each of its rows has the label of its own file.
    """
    found = sample_table.columns(samples) if name == SAMPLES else TABLES[name](result, drawn)
    count = len(next(iter(found.values())))
    return found | {
        "synthetic": found.get("synthetic", [result.synthetic] * count),
        "study_version": [label.version] * count,
        "samples_sha256": [label.samples_sha256] * count,
    }


def file(
    name: str, form: str, result: StudyResult, drawn: Outcomes, label: Label, samples: Sequence[SampleRow] = ()
) -> bytes:
    """The table as a file, `csv` or `parquet`; `drawn`: the outcomes of the study. Raises KeyError."""
    table = columns(name, result, drawn, label, samples)
    return _as_csv(table) if form == "csv" else _as_parquet(table, label)


def _as_csv(table: Columns) -> bytes:
    """The table as CSV (RFC 4180)."""
    return csv_text.text([list(table), *zip(*table.values(), strict=True)]).encode()


def _as_parquet(table: Columns, label: Label) -> bytes:
    """The table as Parquet, with the label in the metadata of its schema."""
    import pyarrow as pa
    import pyarrow.parquet

    made = pa.table(table).replace_schema_metadata({KEY: msgspec.json.encode(label)})
    out = io.BytesIO()
    pyarrow.parquet.write_table(made, out, compression="zstd")
    return out.getvalue()


def _commodities(result: StudyResult, drawn: Outcomes) -> Columns:
    rows = []
    for one, line in zip(result.commodities, result.case.commodities, strict=True):
        has, got = p90_p50_p10(drawn.contained[one.element]), p90_p50_p10(drawn.recoverable[one.element])
        price = line.price.mid
        rows.append(
            (
                one.element,
                one.listed,
                line.grade.low,
                line.grade.mid,
                line.grade.high,
                has[1],
                *got,
                price,
                one.price_source,
                one.price_published,
                got[1] * price * line.payability,
                one.unfc,
                one.unfc_class,
                standing(result.signed),
                one.eu_share,
            )
        )
    money = result.currency.lower()
    return _turned(
        (
            "element",
            "crma_list",
            "grade_p90_mg_per_kg",
            "grade_p50_mg_per_kg",
            "grade_p10_mg_per_kg",
            "contained_p50_t",
            "recoverable_p90_t",
            "recoverable_p50_t",
            "recoverable_p10_t",
            f"price_p50_{money}_per_t",
            "price_source",
            "price_published",
            f"recoverable_p50_{money}",
            "unfc",
            "unfc_class",
            "unfc_standing",
            "eu_share",
        ),
        rows,
    )


def _outcomes(result: StudyResult, drawn: Outcomes) -> Columns:
    money = result.currency
    found = [
        ("dry tailings", "t", drawn.tonnes),
        ("recoverable value", money, drawn.recovered_value),
        ("net value, undiscounted", money, drawn.net),
    ]
    found += [("net present value", money, drawn.npv)] if drawn.npv is not None else []
    found += [(f"value of the use {name}", money, values) for name, values in drawn.uses.items()]
    found.append(("avoided liability", money, drawn.avoided))
    rows = [(name, unit, *p90_p50_p10(values)) for name, unit, values in found]
    return _turned(("outcome", "unit", "p90", "p50", "p10"), rows)


def _inputs(result: StudyResult, drawn: Outcomes) -> Columns:
    rows = [(bar.name, bar.low, bar.high, bar.net_low, bar.net_high) for bar in tornado(result.case)]
    money = result.currency.lower()
    return _turned(("input", "p90", "p10", f"net_at_p90_{money}", f"net_at_p10_{money}"), rows)


def _grade_tonnage(result: StudyResult, drawn: Outcomes) -> Columns:
    curve = result.grade_tonnage
    return {
        "cut_off_mg_per_kg": list(curve.cut_off),
        "share_of_tonnes_p90": list(curve.low),
        "share_of_tonnes_p50": list(curve.mid),
        "share_of_tonnes_p10": list(curve.high),
        "mean_grade_mg_per_kg": list(curve.grade),
    }


def _panels(result: StudyResult, drawn: Outcomes) -> Columns:
    of = result.panels
    return {
        "chainage_m": list(of.chainage_m),
        "offset_m": list(of.offset_m),
        "elevation_m": list(of.elevation_m),
        "share_of_tonnes": list(of.shares),
        **{f"{element}_mg_per_kg": list(grades) for element, grades in result.grades_by_panel.items()},
    }


def _holes(result: StudyResult, drawn: Outcomes) -> Columns:
    rows = [(one.name, one.chainage_m, one.offset_m, one.removed, one.cost) for one in result.next_holes]
    return _turned(
        ("hole", "chainage_m", "offset_m", "variance_removed_share", f"cost_{result.currency.lower()}"), rows
    )


def _composites(result: StudyResult, drawn: Outcomes) -> Columns:
    rows = [
        (one.hole, one.chainage_m, one.offset_m, one.collar_m, *composite)
        for one in result.strips
        for composite in one.composite
    ]
    grade = f"{result.cut_off_element}_mg_per_kg"
    return _turned(("hole", "chainage_m", "offset_m", "collar_m_asl", "top_m", "bottom_m", grade), rows)


def _turned(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Columns:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


TABLES: Final[dict[str, Callable[[StudyResult, Outcomes], Columns]]] = {
    "commodities": _commodities,
    "outcomes": _outcomes,
    "inputs": _inputs,
    "grade-tonnage": _grade_tonnage,
    "panels": _panels,
    "next-holes": _holes,
    "composites": _composites,
}
SAMPLES: Final = "samples"
NAMES: Final = (*TABLES, SAMPLES)
