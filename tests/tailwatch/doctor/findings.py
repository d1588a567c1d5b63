"""What a look found, for tests to compare."""

from collections.abc import Iterable

from tailwatch.doctor import Checkup


def verdicts(findings: Iterable[Checkup]) -> list[str]:
    return [one.verdict for one in findings]


def told(findings: Iterable[Checkup]) -> list[tuple[str, str]]:
    """Code and fix of all that is not good."""
    return [(one.code, one.fix) for one in findings if one.verdict != "good"]
