"""Invented rows in the layouts of two public registers, by the maps that read the real ones."""

import io
from pathlib import Path
from typing import Final

import openpyxl
import pyproj
import pytest

from tailings.register import ParsedRegister, read_map, read_register
from tailings.register.tables import read_table

MAPS: Final = Path(__file__).parents[2] / "data" / "registers"
CHILE: Final = (
    *("ID", "RUT_EMPRESA_O_PRODUCTOR_MINERO", "NOMBRE_EMPRESA_O_PRODUCTOR_MINERO", "NOMBRE_FAENA"),
    *("NOMBRE_INSTALACION", "TIPO_DEPOSITO", "RECURSO", "TIPO_MINERIA", "CANTIDAD_MUROS__CONTENCION_", "CUT_REG"),
    *("CUT_PROV", "CUT_COM", "REGION", "PROVINCIA", "COMUNA", "UTM_NORTE", "UTM_ESTE", "DATUM", "HUSO", "LATITUD"),
    *("LONGITUD", "METODO_CONSTRUCTIVO_MURO", "VOL_AUTORIZADO", "VOL_ACTUAL", "TONELAJE_AUTORIZADO", "TONELAJE_ACTUAL"),
    *("RES_APRUEBA", "FECHA_RES_APRUEBA", "RES_PDC_APRUEBA", "FECHA_RES_PDC", "Shape_Length", "Shape_Area"),
)
"""Headings of the sheet of SERNAGEOMIN, October 2025, in its seventh row, below a title and a paragraph."""
BRAZIL: Final = (
    *("ID", "Nome", "Empreendedor", "CPF_CNPJ", "UF", "Município", "Latitude", "Longitude", "Posicionamento"),
    *("Dano Potencial Associado - DPA", "Situação Operacional", "Minério principal presente no reservatório"),
    *("Altura máxima atual (m)", "Tipo de alteamento", "Documentação de projeto", "Volume atual do Reservatório (m³)"),
)
"""Some of the 94 headings of the CSV of ANM (cp1252), and the column whose quotes are not doubled."""


def parsed(content: bytes, name: str) -> ParsedRegister:
    """Read it by the map, which has 25 lines at most."""
    text = (MAPS / name).read_text()
    assert len(text.splitlines()) <= 25
    given = read_map(text)
    return read_register(read_table(content, given.form), given)


def test_a_sheet_with_title_rows_and_a_zone_in_each_row_is_read_by_25_lines() -> None:
    """Places by pyproj; types and raises by pattern; a facility without a name has the one that the map states."""
    east, north = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32719", always_xy=True).transform(-70.1, -27.4)
    full = {
        "ID": "9001-1N",
        "NOMBRE_INSTALACION": "DEPOSITO INVENTADO",
        "TIPO_DEPOSITO": "TRANQUE DE RELAVE",
        "RECURSO": "COBRE",
        "UTM_NORTE": north,
        "UTM_ESTE": east,
        "DATUM": "WGS84",
        "HUSO": "19S",
        "METODO_CONSTRUCTIVO_MURO": "EJE CENTRAL",
        "VOL_ACTUAL": 1000,
        "TONELAJE_ACTUAL": 1500,
        "Shape_Area": 321.5,
    }
    bare = {"ID": "9002-1N", "TIPO_DEPOSITO": "EN PASTA", "NOMBRE_EMPRESA_O_PRODUCTOR_MINERO": "DESCONOCIDO"}
    book = openpyxl.Workbook()
    for row in ([None, None, "SERVICIO"], [None, None, "Una frase, más larga."], [], [], ["", "OCTUBRE"], [], CHILE):
        book.active.append(row)
    for one in (full, bare):
        book.active.append([one.get(name) for name in CHILE])
    file = io.BytesIO()
    book.save(file)
    found = parsed(file.getvalue(), "chile.toml")

    assert (found.rows_in, found.refused, [one.row for one in found.facilities]) == (2, 0, [8, 9])
    first, second = (one.values for one in found.facilities)
    assert (first["longitude"], first["latitude"]) == pytest.approx((-70.1, -27.4), abs=1e-6)
    assert [first[name] for name in ("type", "raise_method", "area_m2")] == ["tailings dam", "centreline", 321.5]
    assert (second["name"], second["type"], "operator" in second) == ("Sin nombre", "other", False)


def test_a_file_of_windows_with_stray_quotes_is_read_by_25_lines() -> None:
    """Degrees with a sign and two apostrophes, thousands with points; what does not apply is empty."""
    first = {
        "ID": "901",
        "Nome": "Barragem inventada",
        "Município": "São João",
        "Latitude": "-20°06'36.060''",
        "Longitude": "-43°54'11.690''",
        "Dano Potencial Associado - DPA": "Alta",
        "Situação Operacional": "Em Descaracterização",
        "Altura máxima atual (m)": "8,50",
        "Tipo de alteamento": "Alteamento a montante",
        "Documentação de projeto": 'Projeto executivo e "como construído"',
        "Volume atual do Reservatório (m³)": "28.000,25",
    }
    second = {
        "ID": "902",
        "Nome": "Outra",
        "Dano Potencial Associado - DPA": "Não se aplica",
        "Tipo de alteamento": "-",
    }
    lines = [BRAZIL, *([one.get(name, "") for name in BRAZIL] for one in (first, second))]
    content = "".join(";".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines).encode("cp1252")
    found = parsed(content, "brazil.toml")

    assert (found.rows_in, found.refused) == (2, 0)
    one, other = (facility.values for facility in found.facilities)
    assert (one["latitude"], one["longitude"]) == pytest.approx((-20.1100167, -43.9032472), abs=1e-6)
    assert [one[name] for name in ("status", "raise_method", "volume_m3")] == ["inactive", "upstream", 28_000.25]
    assert one["consequence_class"] == "Alta" and "consequence_class" not in other and "raise_method" not in other
