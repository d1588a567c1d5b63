"""Structs of the science as parts of an answer."""

from typing import Annotated

import jsonschema
import msgspec
import pytest
from msgspec import inspect
from pydantic import ValidationError

from api.http.models import Shape
from api.http.structs import STRUCT, described
from tailings.study import StudyResult
from tests.tailings.study.example import result


class Answer(Shape):
    """With a study in it."""

    result: Annotated[StudyResult, STRUCT]


def test_a_struct_is_written_as_msgspec_writes_it_and_read_back_the_same() -> None:
    """The document of the demo's study, by msgspec's own encoder."""
    text = Answer(result=result()).model_dump_json()

    assert msgspec.json.decode(text)["result"] == msgspec.json.decode(msgspec.json.encode(result()))
    assert Answer.model_validate_json(text).result == result()


def test_the_description_is_that_of_the_document() -> None:
    """By jsonschema: the document is valid against it; without a name, or with a word for a number, it is not."""
    schema, document = Answer.model_json_schema(mode="serialization"), Answer(result=result()).model_dump(mode="json")
    validator = jsonschema.Draft202012Validator(schema)
    strip = schema["$defs"]["Strip"]
    short = {**document, "result": {name: part for name, part in document["result"].items() if name != "panels"}}
    wrong = {**document, "result": {**document["result"], "seed": "many"}}

    assert list(validator.iter_errors(document)) == []
    assert [len(list(validator.iter_errors(one))) for one in (short, wrong)] == [1, 1]
    assert strip["description"].startswith("One hole for its log")


def test_a_wrong_document_is_refused_with_its_place() -> None:
    """As any wrong value of an answer is."""
    document = msgspec.to_builtins(result()) | {"seed": "many"}

    with pytest.raises(ValidationError, match=r"Expected `int`, got `str` - at `\$\.seed`"):
        Answer.model_validate({"result": document})


def test_a_type_that_no_answer_has_is_named() -> None:
    """Whoever adds a field of a new type learns it when the api starts."""
    with pytest.raises(TypeError, match="BytesType"):
        described(inspect.type_info(bytes))
