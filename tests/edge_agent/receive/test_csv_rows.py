"""CSV rows: right rows are taken, wrong ones are named by line and reason (the list is reliability.md section 3)."""

import numpy as np
import pytest

from edge_agent.receive.csv_rows import BadCsvFile, CsvColumns
from edge_agent.values import Mapping, RefusedRow

MAPPING = Mapping(time_column="Time", time_zone="UTC", columns={"P": "n01:baro.pressure", "L": "n01:pond.level"})
EARLIEST_MS, LATEST_MS = 1_556_665_200_000, 1_900_000_000_000


def read(
    lines: list[str], header: str = "Time,P,L", mapping: Mapping = MAPPING
) -> tuple[dict[str, list[float]], list[RefusedRow]]:
    columns, refused, _ = CsvColumns(header + "\n", mapping).read(lines, 2, EARLIEST_MS, LATEST_MS)
    return {name: values.tolist() for name, (_, values) in columns.items()}, refused


def test_rows_become_columns() -> None:
    """Each mapped column is a datastream, others are left alone."""
    taken, refused = read(["2020-06-01 00:00,960.8,x,338.48"], "Time,P,other,L")

    assert taken == {"n01:baro.pressure": [960.8], "n01:pond.level": [338.48]}
    assert refused == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2020-06-01 00:05,960.8", "column-count"),
        ("2020-06-01 00:05,960.8,338.4,7", "column-count"),
        ('2020-06-01 00:05,"960.8"\r,338.4', "column-count"),
        ("yesterday,960.8,338.4", "bad-time"),
        ("1999-06-01 00:05,960.8,338.4", "before-facility"),
        ("2060-06-01 00:05,960.8,338.4", "clock-ahead"),
        ("2020-06-01 00:00,961.0,338.4", "same-time"),
    ],
)
def test_a_wrong_row_is_named_and_the_others_are_taken(line: str, reason: str) -> None:
    """The row before and the row behind it are stored."""
    good = ["2020-06-01 00:00,960.8,338.48", line, "2020-06-01 00:10,961.0,338.50"]

    taken, refused = read(good)

    assert [(row.line, row.reason) for row in refused] == [(3, reason)]
    assert taken["n01:baro.pressure"] == [960.8, 961.0]
    assert refused[0].text == line


@pytest.mark.parametrize("cell", ["960;8", "1e999", "-1e308", "1_000", "many", "infinity"])
def test_a_wrong_cell_is_named_and_the_others_of_its_row_are_taken(cell: str) -> None:
    """-1e308 would be no number any more in a smaller unit; a level is not lost for a pressure beside it."""
    taken, refused = read(["2020-06-01 00:00,960.8,338.48", f"2020-06-01 00:05,{cell},338.4"])

    assert [(row.line, row.reason, row.field) for row in refused] == [(3, "bad-number", "n01:baro.pressure")]
    assert taken == {"n01:baro.pressure": [960.8], "n01:pond.level": [338.48, 338.4]}


def test_what_loggers_write_for_no_reading_is_missing_and_counted_by_name() -> None:
    """-9999 and 7999 in any spelling of the number, #N/A and INF in any case; 79.99 is a reading."""
    words = ["-9999", "-9999.00", "7999", "#n/a", "Inf", "79.99"]
    lines = [f"2020-06-01 00:{at:02d},{word},338.48" for at, word in enumerate(words)]

    columns, refused, counts = CsvColumns("Time,P,L\n", MAPPING).read(lines, 2, EARLIEST_MS, LATEST_MS)

    assert np.isnan(columns["n01:baro.pressure"][1]).tolist() == [True] * 5 + [False] and not refused
    found = counts["n01:baro.pressure"]
    assert (found.cells, found.missing) == (6, 5)
    assert found.sentinels == dict.fromkeys(words[:5], 1)


def test_numbers_are_put_on_a_line_after_they_are_read() -> None:
    """0.1 * 9608 - 3 = 957.8; what is missing stays so, and what is then no number any more is refused."""
    scaled = Mapping("Time", "UTC", {"P": "n01:baro.pressure"}, scale={"P": "0.1*x - 3"})
    steep = Mapping("Time", "UTC", {"P": "n01:baro.pressure"}, scale={"P": "1e200*x"})

    taken, _ = read(["2020-06-01 00:00,9608", "2020-06-01 00:05,-9999"], "Time,P", scaled)
    _, refused = read(["2020-06-01 00:00,1e200"], "Time,P", steep)

    assert [row.reason for row in refused] == ["bad-number"]
    assert taken["n01:baro.pressure"][0] == pytest.approx(957.8) and np.isnan(taken["n01:baro.pressure"][1])


def test_carriage_returns_quotes_and_blank_lines_are_no_trouble() -> None:
    """RFC 4180 allows CR LF and quotes; blank lines count as lines and are skipped."""
    taken, refused = read(['"2020-06-01 00:00","960.8",338.48\r', "\r", "2020-06-01 00:05,960.9,338.48\r", "bad\r"])

    assert taken["n01:baro.pressure"] == [960.8, 960.9]
    assert [row.line for row in refused] == [5]


def test_words_for_missing_are_missing_and_not_refused() -> None:
    """NAN as Campbell loggers write it is a failed read: NaN, never 0."""
    taken, refused = read(["2020-06-01 00:00,NAN,338.48", '2020-06-01 00:05,"NAN",'])

    assert np.isnan(taken["n01:baro.pressure"]).all()
    assert np.isnan(taken["n01:pond.level"]).tolist() == [False, True]
    assert refused == []


def test_a_decimal_comma_is_read_only_where_the_mapping_says_so() -> None:
    """1.234,5 is no number there: nobody guesses whether the point parts thousands."""
    comma = Mapping("Time", "UTC", {"P": "n01:baro.pressure"}, delimiter=";", decimal=",")

    taken, refused = read(
        ["2020-06-01 00:00;960,8", "2020-06-01 00:05;1.234,5", "2020-06-01 00:10;9.5"], "Time;P", comma
    )

    assert taken["n01:baro.pressure"] == [960.8]
    assert [row.line for row in refused] == [3, 4]


def test_rows_out_of_order_are_sorted() -> None:
    """A logger that was read out backwards loses nothing."""
    taken, _ = read(["2020-06-01 00:10,2,2", "2020-06-01 00:00,1,1"])

    assert taken["n01:pond.level"] == [1.0, 2.0]


@pytest.mark.parametrize("header", ["Time,P", "Time,P,P,L", "x", "Time;P;L", ",".join(["Time", "P", "L", *"x" * 5000])])
def test_a_header_that_does_not_fit_the_mapping_refuses_the_file(header: str) -> None:
    """A missing or doubled column is a matter of the whole file."""
    with pytest.raises(BadCsvFile):
        CsvColumns(header + "\n", MAPPING)


def test_the_time_may_stand_in_several_columns() -> None:
    """Year, month, day, hour, minute, second, as Geokon's loggers write it, in a file without a header."""
    geokon = Mapping(
        ("2", "3", "4", "5", "6", "7"),
        "UTC",
        {"10": "n01:baro.pressure"},
        time_format="%Y %m %d %H %M %S",
        header="none",
    )
    rows = ["LC2,2020,6,1,0,5,0,3.1,21.5,960.8,20.1,1", "LC2,2020,6,31,0,5,0,3.1,21.5,960.9,20.1,2"]

    taken, refused = read(rows, rows[0], geokon)

    assert taken == {"n01:baro.pressure": [960.8]}
    assert [(row.line, row.reason, row.field) for row in refused] == [(3, "bad-time", "2 3 4 5 6 7")]


def test_an_array_of_campbell_is_read_with_its_day_of_the_year() -> None:
    """The example of LoggerNet's help, "Array Compatible CSV": 101,2009,105,1051,... is 2009-04-15 10:51."""
    array = Mapping(("2", "3", "4"), "UTC", {"7": "n01:baro.pressure"}, time_format="%Y %j %H%M", header="none")
    row = "101,2009,105,1051,27,13.39,24.04,23.99\n"

    columns, _, _ = CsvColumns(row, array).read([row], 1, 0, LATEST_MS)

    assert [(times.tolist(), values.tolist()) for times, values in columns.values()] == [([1_239_792_660_000], [24.04])]


def test_an_hour_of_campbell_s_arrays_is_read_without_its_zeros() -> None:
    """A day of quarters of an hour as an array logger writes it, 0, 15, 30, 45, 100, ...: each is its own quarter."""
    array = Mapping(("2", "3", "4"), "UTC", {"5": "n01:baro.pressure"}, time_format="%Y %j %H%M", header="none")
    rows = [f"101,2009,105,{at // 4 * 100 + at % 4 * 15},{at}\n" for at in range(96)]

    columns, refused, _ = CsvColumns(rows[0], array).read(rows, 1, 0, LATEST_MS)

    ((times, values),) = columns.values()
    assert refused == []
    assert times.tolist() == [1_239_753_600_000 + at * 900_000 for at in range(96)]  # 2009-04-15 00:00 UTC and on
    assert values.tolist() == list(range(96))
