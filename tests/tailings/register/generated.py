"""Registers that are made up: facilities in four countries and languages, written in six layouts, with faults by name.

The truth is made first and written as an authority would: units, marks, words, reference system (PROJ) and file of each
layout. A fault changes the cells of one row; what must be named is said beside it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
import sqlite3
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import openpyxl
import pyproj

DAY: Final = dt.date(2026, 1, 31)
BOXES: Final = {
    "PT": (-8.2, 38.2, -7.4, 41.2),
    "ES": (-5.5, 37.6, -2.2, 41.8),
    "SE": (13.5, 58.5, 16.5, 60.5),
    "GB": (-4.0, 51.9, -3.2, 53.0),
}
"""Places well inside, by an atlas: west, south, east, north."""
WORDS: Final[dict[str, Any]] = {
    "PT": {"status": {"ativa": "active", "encerrada": "closed", "abandonada": "abandoned"}, "yes": "sim", "no": "não"},
    "ES": {"status": {"activa": "active", "cerrada": "closed", "abandonada": "abandoned"}, "yes": "sí", "no": "no"},
    "SE": {"status": {"i drift": "active", "stängd": "closed", "övergiven": "abandoned"}, "yes": "ja", "no": "nej"},
    "GB": {"status": {"in use": "active", "shut": "closed", "left": "abandoned"}, "yes": "yes", "no": "no"},
}
HEADINGS: Final = {
    "PT": "Código,Designação,Concessionário,País,Concelho,Situação,Tipo,Alteamento,Ano de início,Ano de fecho,Altura,"
    "Altura prevista,Área,Volume,Volume previsto,Massa,Base,Classe,Sistema,Anomalias,Última revisão,Próxima revisão,"
    "Garantia,Plano,Unidade,X,Y",
    "ES": "Código,Nombre,Titular,País,Municipio,Situación,Tipo,Recrecido,Año de inicio,Año de cierre,Altura,"
    "Altura prevista,Superficie,Volumen,Volumen previsto,Masa,Base,Clase,Sistema,Anomalías,Última revisión,"
    "Próxima revisión,Fianza,Plan,Unidad,X,Y",
    "SE": "Nummer,Namn,Verksamhetsutövare,Land,Kommun,Läge,Slag,Påbyggnad,Startår,Slutår,Höjd,Planerad höjd,Yta,Volym,"
    "Planerad volym,Mängd,Torr eller våt,Klass,System,Avvikelse,Senaste granskning,Nästa granskning,Säkerhet,Plan,"
    "Enhet,X,Y",
    "GB": "Ref,Site,Holder,Country,District,State,Kind,Raising,Opened,Shut in,Height,Final height,Area,Volume,"
    "Final volume,Mass,Basis,Class,Scheme,Concern,Last review,Next review,Bond,Plan,Unit,X,Y",
}
COLUMNS: Final = (
    *("id", "name", "operator", "country", "municipality", "status", "type", "raise_method", "year_started"),
    *("year_closed", "height_m", "planned_height_m", "area_m2", "volume_m3", "planned_volume_m3", "tonnage_t"),
    *("tonnage_basis", "consequence_class", "consequence_system", "stability_concern", "last_review", "next_review"),
    *("closure_funds", "closure_plan", "volume_unit", "longitude", "latitude"),
)
NUMBERS: Final = ("height_m", "planned_height_m", "area_m2", "volume_m3", "planned_volume_m3", "tonnage_t")
LAYER_CRS: Final = "EPSG:25830"
DAYS: Final = ("last_review", "next_review")
Cells = dict[str, Any]


def facilities(count: int, seed: int, country: str) -> list[Cells]:
    """The truth: values by column, as the register room stores them."""
    draw = random.Random(seed)
    west, south, east, north = BOXES[country]
    found = []
    for number in range(count):
        volume = float(draw.randrange(20, 90_000)) * 100
        started = draw.randrange(1890, 2015)
        one = {
            "id": f"{country}-{number + 1:05d}",
            "name": draw.choice(("São João", "Peña Vieja", "Åsgruvan", "Old Level")) + f" {number + 1}",
            "operator": draw.choice(("Exploración Río, S.A.", "Gruv AB", 'The "Old" Co; Ltd', "Minas")),
            "country": country,
            "municipality": draw.choice(("Évora", "Örebro", "Huelva", "York")),
            "status": draw.choice(("active", "closed", "abandoned")),
            "type": draw.choice(("tailings dam", "dry stack", "waste rock")),
            "raise_method": draw.choice(("upstream", "downstream", "centreline", "single stage")),
            "year_started": started,
            "year_closed": started + draw.randrange(1, 60),
            "height_m": draw.randrange(30, 900) / 10,
            "planned_height_m": draw.randrange(900, 1200) / 10,
            "area_m2": float(draw.randrange(1, 900)) * 1000,
            "volume_m3": volume,
            "planned_volume_m3": volume * 2,
            "tonnage_t": float(round(volume * draw.choice((1.25, 1.5, 1.75)))),
            "tonnage_basis": "dry",
            "consequence_class": draw.choice(("Low", "Significant", "High", "Very High", "Extreme")),
            "consequence_system": "GISTM",
            "stability_concern": draw.choice(("yes", "no")),
            "last_review": f"20{draw.randrange(10, 25)}-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}",
            "next_review": f"203{draw.randrange(0, 9)}-0{draw.randrange(1, 9)}-17",
            "closure_funds": draw.choice(("yes", "no")),
            "closure_plan": draw.choice(("yes", "no")),
        }
        if number % 10 != 7:  # a tenth has no place
            one |= {"longitude": draw.uniform(west, east), "latitude": draw.uniform(south, north)}
        found.append(one)
    return found


@dataclass
class Layout:
    """How one authority writes: language, marks, units, place and file."""

    name: str
    country: str
    write: Callable[[Sequence[str], Sequence[Sequence[Any]]], bytes]
    decimal: str = ","
    thousands: str = ""
    mass: str = "t"
    place: str = "degrees"
    date_format: str = "%d.%m.%Y"
    head: str = ""
    is_typed: bool = False

    def number(self, value: float) -> Any:
        """A number as the file has it."""
        if self.is_typed:
            return value
        text = f"{value:,.3f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
        return text.replace(",", "T").replace(".", self.decimal).replace("T", self.thousands)

    def cells(self, one: Cells) -> Cells:
        """The cells of a facility by our column."""
        words = WORDS[self.country]
        status = {ours: theirs for theirs, ours in words["status"].items()}
        found = dict(one) | {"status": status[one["status"]], "volume_unit": "m3"}
        found |= {name: words[one[name]] for name in ("stability_concern", "closure_funds", "closure_plan")}
        factor = {"t": 1, "kt": 1e3, "Mt": 1e6}[self.mass]
        found["tonnage_t"] = one["tonnage_t"] / factor
        found |= {name: self.number(found[name]) for name in NUMBERS}
        found |= {name: dt.date.fromisoformat(one[name]).strftime(self.date_format) for name in DAYS}
        found["longitude"], found["latitude"] = self.placed(one.get("longitude"), one.get("latitude"))
        return found

    def placed(self, longitude: float | None, latitude: float | None) -> tuple[Any, Any]:
        """The coordinates as the file has them."""
        if longitude is None or latitude is None:
            return "", ""
        if self.place == "dms":
            return _dms(longitude, "EW"), _dms(latitude, "NS")
        if self.place.startswith(("EPSG", "geopackage")):
            crs = LAYER_CRS if self.place == "geopackage" else self.place
            east, north = _to(crs).transform(longitude, latitude)
            return self.number(round(east, 2)), self.number(round(north, 2))
        return (longitude, latitude) if self.is_typed else (f"{longitude:.8f}", f"{latitude:.8f}")

    def map(self) -> str:
        """The map of it, as a person writes one."""
        x, y = ("easting_m", "northing_m") if self.place.startswith("EPSG") else ("longitude", "latitude")
        targets = dict(zip(COLUMNS, HEADINGS[self.country].split(","), strict=True))
        if self.place == "geopackage":
            del targets["longitude"], targets["latitude"]
        special = {"tonnage_t": f"tonnage {self.mass}", "longitude": x, "latitude": y}
        lines = [self.head, f'date_format = "{self.date_format}"']
        lines += [f'decimal = "{self.decimal}"'] if not self.is_typed else []
        lines += [f'crs = "{self.place}"'] if self.place.startswith("EPSG") else []
        lines += [
            "[register]",
            'id = "made-up"',
            'title = "Made up"',
            f"day = {DAY}",
            'licence = "CC0-1.0"',
            "[columns]",
        ]
        lines += [f'"{heading}" = "{special.get(name, name)}"' for name, heading in targets.items()]
        lines += ["[words.status]", *(f'"{word}" = "{ours}"' for word, ours in WORDS[self.country]["status"].items())]
        return "\n".join(lines)

    def file(self, rows: Sequence[Cells]) -> bytes:
        """The bytes of the file."""
        return self.write(
            HEADINGS[self.country].split(","), [[*map(one.get, COLUMNS), *one.get("beside", ())] for one in rows]
        )


@cache
def _to(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(4326, crs, always_xy=True)


def _dms(value: float, letters: str) -> str:
    seconds = round(abs(value) * 3600, 4)
    return f"{int(seconds // 3600)}°{int(seconds % 3600 // 60):02d}'{seconds % 60:07.4f}\"{letters[value < 0]}"


def _csv(delimiter: str, encoding: str, above: Sequence[Sequence[str]] = ()) -> Any:
    def write(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter).writerows([*above, headings, *rows])
        return out.getvalue().encode(encoding)

    return write


def _xlsx(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """With merged title rows and a first sheet that is none of it."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("Anläggningar")
    for row in (["Register över anläggningar"], [], headings, *rows):
        sheet.append(list(row))
    sheet.merge_cells("A1:F1")
    book.save(out)
    return out.getvalue()


def _geojson(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "geometry": None, "properties": dict(zip(headings, row, strict=False))}
                for row in rows
            ],
        }
    ).encode()


def _geopackage(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """A layer in UTM 30 north, by hand: a place is an area of 100 m x 100 m, big-endian, with envelope."""
    database = sqlite3.connect(":memory:")
    database.executescript(
        "CREATE TABLE gpkg_contents (table_name, data_type); INSERT INTO gpkg_contents VALUES ('presas', 'features');"
        "CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id);"
        "INSERT INTO gpkg_geometry_columns VALUES ('presas', 'shape', 7);"
        "CREATE TABLE gpkg_spatial_ref_sys (srs_id, organization, organization_coordsys_id);"
        "INSERT INTO gpkg_spatial_ref_sys VALUES (7, 'epsg', 25830);"
    )
    columns = ", ".join(f'"{one}"' for one in headings[:-2])
    database.execute(f"CREATE TABLE presas (shape BLOB, {columns})")
    for row in rows:
        x, y = row[len(headings) - 2 : len(headings)]
        blob = None if isinstance(x, str) else _area(x, y)
        database.execute(
            f"INSERT INTO presas VALUES ({', '.join('?' * (len(headings) - 1))})", (blob, *row[: len(headings) - 2])
        )
    database.commit()
    return database.serialize()


def _area(x: float, y: float) -> bytes:
    ring = [(x - 50, y - 50), (x + 50, y - 50), (x + 50, y + 50), (x - 50, y + 50), (x - 50, y - 50)]
    body = struct.pack(">BIII", 0, 3, 1, 5) + b"".join(struct.pack(">2d", *point) for point in ring)
    envelope = (x - 50, x + 50, y - 50, y + 50)
    return b"GP" + struct.pack(">BBi", 0, 0b010, 7) + struct.pack(">4d", *envelope) + body


PLACES: Final = ("longitude", "latitude")
LAYOUTS: Final = {
    one.name: one
    for one in (
        Layout(
            "es-cp1252",
            "ES",
            _csv(";", "cp1252", [["Registro de depósitos"], []]),
            thousands=".",
            mass="kt",
            place="EPSG:25830",
        ),
        Layout(
            "se-xlsx",
            "SE",
            _xlsx,
            place="EPSG:3006",
            date_format="%Y-%m-%d",
            head='sheet = "Anläggningar"',
            is_typed=True,
        ),
        Layout("gb-csv", "GB", _csv(",", "utf-8"), decimal=".", thousands=",", date_format="%d/%m/%Y"),
        Layout("gb-geojson", "GB", _geojson, date_format="%Y%m%d", is_typed=True, mass="Mt"),
        Layout("es-geopackage", "ES", _geopackage, is_typed=True, place="geopackage"),
        Layout("pt-dms", "PT", _csv("\t", "utf-8-sig", [["Cadastro"]]), thousands=" ", place="dms"),
    )
}


@dataclass(frozen=True)
class Fault:
    """One kind of fault: in which column it is named, a part of what is said, and what it does to a row."""

    name: str
    column: str
    says: str
    change: Callable[[Cells, Layout], Cells]
    is_in_text: bool = False
    """Whether only a file of text can have it."""


def _sets(column: str, value: Any) -> Callable[[Cells, Layout], Cells]:
    return lambda cells, layout: {column: value}


def _number(column: str, value: float) -> Callable[[Cells, Layout], Cells]:
    return lambda cells, layout: {column: layout.number(value)}


def _placed(longitude: float, latitude: float) -> Callable[[Cells, Layout], Cells]:
    return lambda cells, layout: dict(zip(PLACES, layout.placed(longitude, latitude), strict=True))


def _day(column: str, day: str) -> Callable[[Cells, Layout], Cells]:
    return lambda cells, layout: {column: dt.date.fromisoformat(day).strftime(layout.date_format)}


def _faults() -> list[Fault]:
    found = [
        Fault("id empty", "id", "is empty", _sets("id", "")),
        Fault("name empty", "name", "is empty", _sets("name", "")),
        Fault("id too long", "id", "100 are the most", _sets("id", "x" * 101)),
        Fault("name too long", "name", "2000 are the most", _sets("name", "x" * 2001)),
        Fault("control character", "name", "cannot be printed", _sets("name", "Rio\x7f")),
        Fault("no country", "country", "is no country", _sets("country", "Atlantis")),
        Fault("status of no list", "status", "is no status", _sets("status", "somehow")),
        Fault("type of no list", "type", "is no type", _sets("type", "lagoon of joy")),
        Fault("raise of no list", "raise_method", "is no raise_method", _sets("raise_method", "sideways")),
        Fault("basis of no list", "tonnage_basis", "is no tonnage_basis", _sets("tonnage_basis", "humid")),
        Fault("closed before begun", "year_closed", "is before year_started", _sets("year_closed", "1880")),
        Fault("review after the register", "last_review", "after the day", _day("last_review", "2027-03-01")),
        Fault("next review before the last", "next_review", "is before last_review", _day("next_review", "1999-03-01")),
        Fault("class without system", "consequence_class", "without its system", _sets("consequence_system", "")),
        Fault(
            "class that GISTM has not", "consequence_class", "no class of GISTM", _sets("consequence_class", "Awful")
        ),
        Fault("too light", "tonnage_t", "check the units", _number("volume_m3", 4.9e9)),
        Fault("too heavy", "tonnage_t", "check the units", _number("volume_m3", 1.0)),
        Fault("unit beside", "volume_m3", "no unit of volume", _sets("volume_unit", "barrels")),
        Fault("one coordinate", "longitude", "is empty", _sets("longitude", "")),
        Fault("the other coordinate", "latitude", "is empty", _sets("latitude", "")),
        Fault("no coordinate", "longitude", "", _sets("longitude", "north of the mill")),
        Fault("row too wide", "", "quote cells", _sets("beside", ("a", "b")), is_in_text=True),
    ]
    for name in NUMBERS:
        found.append(Fault(f"{name} in words", name, "is no number", _sets(name, "about ten")))
        found.append(Fault(f"{name} negative", name, "is not within", _number(name, -5.0)))
        found.append(Fault(f"{name} too large", name, "is not within", _number(name, 1e13)))
        wrong = lambda cells, layout, name=name: {name: "12,5" if layout.decimal == "." else "12.5"}  # noqa: E731
        found.append(Fault(f"{name} with the other mark", name, "decimal mark", wrong, is_in_text=True))
    for name in ("year_started", "year_closed"):
        found.append(Fault(f"{name} of two digits", name, "is no year", _sets(name, "68")))
        found.append(Fault(f"{name} in words", name, "is no year", _sets(name, "about 1970")))
        found.append(Fault(f"{name} out of time", name, "is no year between", _sets(name, "0968")))
    for name in DAYS:
        found.append(Fault(f"{name} that is none", name, "is no day", _sets(name, "31.02.2020")))
        found.append(Fault(f"{name} in words", name, "is no day", _sets(name, "soon")))
    for name in ("stability_concern", "closure_funds", "closure_plan"):
        found.append(Fault(f"{name} perhaps", name, "neither yes nor no", _sets(name, "perhaps")))
    return found


FAULTS: Final = _faults()


def place_faults(layout: Layout) -> list[Fault]:
    """Those of a layout's country: exchanged axes, lost signs, elsewhere."""
    west, south, east, north = BOXES[layout.country]
    x, y = (west + east) / 2, (south + north) / 2
    found = [
        Fault("elsewhere", "longitude", "lies in", _placed(x + 25, y + 3)),
    ]
    if not layout.place.startswith(("EPSG", "geopackage")):
        found += [
            Fault("exchanged", "longitude", "exchanged order", _placed(y, x)),
            Fault("east for west", "longitude", "wrong sign", _placed(-x, y)),
            Fault("south for north", "longitude", "wrong sign", _placed(x, -y)),
            Fault("the origin", "longitude", "origin of coordinates", _placed(0.0, 0.0)),
        ]
    if layout.place == "degrees":
        found.append(Fault("beyond the pole", "latitude", "no place on earth", _placed(x, 95.0)))
    return found


def register(layout: Layout, count: int, seed: int) -> tuple[bytes, list[Cells], dict[int, Fault | None]]:
    """A file, its truth, and which rows (by number of the facility) have which fault; None: its id stands twice."""
    truth = facilities(count, seed, layout.country)
    rows = [layout.cells(one) for one in truth]
    draw = random.Random(seed)
    kinds = [one for one in (*FAULTS, *place_faults(layout)) if not (one.is_in_text and layout.is_typed)]
    if layout.place == "geopackage":
        kinds = [one for one in kinds if one.column not in PLACES or one.name == "elsewhere"]
    with_place = [number for number, one in enumerate(truth) if "longitude" in one]
    at = draw.sample(with_place, min(len(kinds), count // 3) + 3)
    wrong: dict[int, Fault | None] = {}
    for number, kind in zip(at, draw.sample(kinds, len(kinds)), strict=False):
        rows[number] |= kind.change(rows[number], layout)
        wrong[number] = kind
    first, again, other = at[-3], at[-2], at[-1]
    for number in at[-3:]:
        if number in wrong:
            rows[number] = layout.cells(truth[number])
            wrong.pop(number)
    rows[again] = dict(rows[first])
    wrong[again] = None
    other_too = next(number for number in with_place if number not in wrong and number not in at)
    rows[other] = rows[other_too] | {"name": "Another"}
    wrong |= {other: None, other_too: None}
    if again < first:  # the first of two equal rows is the one that is taken
        truth[again], wrong[first] = truth[first], wrong.pop(again)
    return layout.file(rows), truth, wrong
