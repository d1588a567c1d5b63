"""Problems of a facility file: found all at once, each with its line."""

from toml_file.problems import Path, Report


def test_lines_are_read_at_the_first_problem_and_once() -> None:
    """A good file is not searched for them: in a gateway's memory they would weigh more than the facility."""
    reads = list[int]()

    def lines() -> dict[Path, int]:
        reads.append(1)
        return {("facility",): 3}

    report = Report(lines)
    before = len(reads)
    report.add(("facility", "id"), "is missing")
    report.add(("nodes",), "is missing")

    assert (before, len(reads), len(report)) == (0, 1, 2)
