"""The api keeps to its own description, for whatever schemathesis makes of it (the endless live stream is left out)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.api.server import ApiServer

EXAMPLES = 20
ENDLESS = "/api/v1/live"


@pytest.mark.foreign
def test_answers_are_as_described(read_server: ApiServer) -> None:
    """No question makes the server fail, and every answer has a status, media type and shape that are described."""
    import schemathesis
    from schemathesis.core.result import Ok
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    schema = schemathesis.openapi.from_url(f"{read_server.url}/api/v1/openapi.json").exclude(path=ENDLESS)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]

    for operation in operations:

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def asked(case: schemathesis.Case[Any]) -> None:
            # A cursor, or from after to, is well-formed and still refused.
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        asked()
    assert len(operations) == 128
