"""What a laboratory prints, as values: results with their detection limits, and contents in one unit.

    read_result("<0.5")            Result(sign "<", value 0.5): below the limit of detection
    read_assays(read_table(bytes))  a file: good rows, and every fault by row and column
    by_element(assays)             the result that counts of each element, where several columns are about it
    read_content("WO3 % [XRF15]")  a column: substance, unit, method, and the way to mg/kg of the element

Pure: a file is read by whoever has it; nothing here opens one.
"""

from tailings.laboratory.assay_file import read_assays
from tailings.laboratory.chosen import by_element
from tailings.laboratory.contents import BadContent, Content, read_content
from tailings.laboratory.result import BadResult, Result, read_result
from tailings.laboratory.samples import AssayedSample, ParsedAssays
from tailings.mapped_tables.faults import CellFault
from tailings.mapped_tables.tables import read_table
from tailings.table_file import BadTable

__all__ = [
    "AssayedSample",
    "BadContent",
    "BadResult",
    "BadTable",
    "CellFault",
    "Content",
    "ParsedAssays",
    "Result",
    "by_element",
    "read_assays",
    "read_content",
    "read_result",
    "read_table",
]
