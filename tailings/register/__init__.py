"""Registers of facilities: an authority's table as values, each row with what is wrong with it, and out again.

    read_map(text)                     a map: which register it is, and which of its headings are our columns
    cells_of(bytes, form)              CSV, XLSX, GeoJSON or GeoPackage as one table
    read_register(table, map)          good rows, faults and notes by row
    compared(facilities, stored)       what is new, what differs field by field, what is gone
    exports                            the same columns out, as CSV, GeoJSON and GeoPackage

Pure: a file is read by whoever has it; nothing here opens one.
"""

from tailings.register.columns import COLUMNS, RegisterColumn
from tailings.register.compared import ChangedFacility, ComparedRegister, StoredFacility, compared
from tailings.register.mapping import RegisterMap, read_map
from tailings.register.register_file import ParsedRegister, read_register
from tailings.register.values import RegisteredFacility

__all__ = [
    "COLUMNS",
    "ChangedFacility",
    "ComparedRegister",
    "ParsedRegister",
    "RegisterColumn",
    "RegisterMap",
    "RegisteredFacility",
    "StoredFacility",
    "compared",
    "read_map",
    "read_register",
]
