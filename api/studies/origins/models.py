"""Where a figure of a study comes from, as the api shows it: codes, numbers, units and references, and no sentence."""

from datetime import date
from typing import Final, Literal

from pydantic import Field

from api.http.models import Shape

VALUES: Final = (
    "By name, which ends with the unit (`top_m`, `age_d`); `_share` is a share of 1, `_at` an instant (ISO 8601). "
    "A `quote` stands so in the study, in its file, in a laboratory's file or in a printed row. The table "
    "`value.origins` of texts/en/value.toml has a sentence for each code, with the names of its values."
)
Plain = str | int | float | bool | list[str] | None
Kind = Literal[
    "figure",
    "formula",
    "assumption",
    "price",
    "estimate",
    "assay",
    "file",
    "study",
    "list",
    "criterion",
    "rating",
    "hole",
    "level",
    "water",
    "share",
    "field",
]
NameCode = Literal[
    "named",
    "input",
    "formula",
    "net",
    "npv",
    "today",
    "tonnes",
    "paid",
    "contained",
    "recoverable",
    "value",
    "use",
    "years",
    "discount_rate",
    "throughput",
    "currency",
    "rate",
    "cut_off",
    "curve",
    "study",
    "hole",
    "next_hole",
    "hole_cost",
    "step",
    "step_cost",
    "control",
    "certified",
    "criterion",
    "listed",
    "unfc",
    "eu",
    "consumption",
    "record",
    "field",
    "generated",
    "generated_t",
    "generated_mg",
    "reachable",
    "plan",
    "flooded",
    "flooded_then",
    "dry",
    "unlevelled",
    "oxidised",
    "seepage",
]
ValueCode = Literal[
    "quoted",
    "unknown",
    "level",
    "bench",
    "fields",
    "field",
    "result",
    "certified",
    "samples",
    "pieces",
]
NoteCode = Literal[
    "quoted",
    "net_formula",
    "npv_formula",
    "tonnes_formula",
    "paid_formula",
    "contained_formula",
    "recoverable_formula",
    "value_formula",
    "use_formula",
    "years_formula",
    "flows_mid",
    "flows_end",
    "draws",
    "loss",
    "factors",
    "today",
    "today_npv",
    "open_grade",
    "not_discounted",
    "printed",
    "newer",
    "moves",
    "oxidised_part",
    "fresh_part",
    "rate_age",
    "synthetic",
    "curve",
    "composites",
    "place",
    "deep",
    "removes",
    "step",
    "step_formula",
    "control",
    "interval",
    "sent_as",
    "withdrawn",
    "row",
    "criterion",
    "no_more",
    "asked_for",
    "reachable",
    "closed_by",
    "bench_place",
    "since",
    "alarm",
    "flooded",
    "flooded_then",
    "then_mean",
    "no_then",
    "dry",
    "unlevelled",
    "oxidised",
    "read",
    "left_out",
]
GroundCode = Literal[
    "study_file", "samples_hash", "imported", "approved_plan", "piezometer", "probe", "criterion", "versions"
]

ReferenceKind = Literal["samples", "study", "article-27", "datastream", "alarm", "plans"]


class OriginName(Shape):
    """What a step is: `input` names it as the tornado does, `named` has the name that a file gives it."""

    code: NameCode
    values: dict[str, Plain] = Field(default={}, description=VALUES, examples=[{"element": "W"}])


class OriginValue(Shape):
    """The value of a step that is not its P50 alone: the level of a plan, a result as the laboratory printed it."""

    code: ValueCode
    values: dict[str, Plain] = Field(default={}, description=VALUES, examples=[{"is_closed": True, "tonnes": 154000.0}])


class OriginNote(Shape):
    """What was done, or on what ground."""

    code: NoteCode
    values: dict[str, Plain] = Field(default={}, description=VALUES, examples=[{"draws": 10000, "seed": 2026}])


class OriginReference(Shape):
    """What shows it: samples of a hole, a study by its version, a datastream or an alarm by its number."""

    kind: ReferenceKind
    id: str = Field(description="Empty where the facility has one", examples=["DH-01"])


class OriginStep(Shape):
    """One step on the way to a figure: an input with who answers for it, an estimate, a sample, a file, a level."""

    kind: Kind = Field(description="Of row")
    name: OriginName
    p90: float | None = Field(default=None, description="Nine in ten draws are above it")
    p50: float | None = Field(default=None, description="The value, where it is a number")
    p10: float | None = None
    unit: str = Field(default="", description="UCUM, or a currency; 1 is a share", examples=["EUR/t"])
    value: OriginValue | None = Field(default=None, description="null: it is the P50, or there is none")
    notes: list[OriginNote] = Field(default=[], description="In their order")
    author: str | None = None
    dated: date | None = None
    source: str | None = Field(default=None, description="As its author or its publisher wrote it")
    ground: GroundCode | None = Field(default=None, description="What the source is, where nobody wrote one")
    licence: str | None = None
    sha256: str | None = Field(default=None, description="Of the file that it stands in")
    figure: str | None = Field(default=None, description="The figure of this study that goes on from here")
    reference: OriginReference | None = None


class Origin(Shape):
    """A figure of a study back to assays, files, prices, assumptions, levels: steps[0] is the figure."""

    facility: str
    study: int = Field(description="Version of the study")
    figure: str = Field(examples=["contained:W"])
    steps: list[OriginStep]


def name(code: NameCode, **values: Plain) -> OriginName:
    """Name a step."""
    return OriginName(code=code, values=values)


def value(code: ValueCode, **values: Plain) -> OriginValue:
    """Give a value that is not a number alone."""
    return OriginValue(code=code, values=values)


def note(code: NoteCode, **values: Plain) -> OriginNote:
    """Note something at a step."""
    return OriginNote(code=code, values=values)


def reference(
    kind: Literal["samples", "study", "article-27", "datastream", "alarm", "plans"], of: object
) -> OriginReference:
    """Refer to what shows it."""
    return OriginReference(kind=kind, id=str(of))
