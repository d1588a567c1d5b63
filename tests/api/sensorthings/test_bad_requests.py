"""Bad questions: each gets its status and a sentence that helps, in the form of the api and of SensorThings."""

import httpx

from api.http.problem import ProblemDocument
from tests.api.sensorthings.bad_requests import BAD


def test_a_bad_question_is_told_what_is_wrong(client: httpx.Client) -> None:
    """Each of the table has its status, a problem document, the same in `code` and `message`, and the sentence."""
    wrong = []
    for path, status, sentence in BAD:
        answer = client.get(f"/sta/v1.1/{path}")
        if (answer.status_code, answer.headers["content-type"]) != (status, "application/problem+json"):
            wrong.append((path[:80], answer.status_code, answer.text[:300]))
            continue
        problem = ProblemDocument.model_validate_json(answer.content)
        if (problem.code, problem.message) != (status, problem.detail) or sentence not in problem.detail:
            wrong.append((path[:80], status, problem.detail))

    assert not wrong, "\n".join(map(str, wrong))
    assert len(BAD) >= 60
