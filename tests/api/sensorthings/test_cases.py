"""Each case of the table in docs/sensorthings.md, asked of the site that no test changes."""

from typing import Any

import httpx
import pytest

from tests.api.sensorthings.cases import CASES, Case

ROOT = "/sta/v1.1/"


def found(answer: httpx.Response, expected: Any) -> Any:
    """What an answer has, in the form in which the case says it."""
    if answer.status_code != 200:
        return (answer.status_code, answer.text) if answer.status_code != 204 else None
    if isinstance(expected, str):
        return answer.text
    body = answer.json()
    if isinstance(expected, int):
        return body["@iot.count"]
    if isinstance(expected, dict):
        return body
    if expected and isinstance(expected[0], dict):
        return body["value"]
    return [one["name"] if "name" in one else one["result"] for one in body["value"]]


@pytest.mark.parametrize("topic", sorted({case.topic for case in CASES}))
def test_the_cases_of_a_topic(client: httpx.Client, topic: str) -> None:
    """Every question of the topic has the answer that OGC 18-088 asks for."""
    cases: list[Case] = [case for case in CASES if case.topic == topic]
    wrong = [
        (case.path, answer)
        for case in cases
        if (answer := found(client.get(ROOT + case.path), case.expected)) != case.expected
    ]

    assert not wrong, "\n".join(map(str, wrong))
