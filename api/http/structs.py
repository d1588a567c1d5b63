"""Structs of the science as parts of an answer: a field `Annotated[StudyResult, STRUCT]` is read and written as it is.

The model stands where it is made, in `tailings` (msgspec); the api keeps no second one beside it. Its fields and
docstrings are what the description of the api shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import inspect
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

PLAIN: Final[dict[type[inspect.Type], Callable[[], CoreSchema]]] = {
    inspect.AnyType: core_schema.any_schema,
    inspect.BoolType: core_schema.bool_schema,
    inspect.DateTimeType: core_schema.datetime_schema,
    inspect.DateType: core_schema.date_schema,
    inspect.FloatType: core_schema.float_schema,
    inspect.IntType: core_schema.int_schema,
    inspect.NoneType: core_schema.none_schema,
    inspect.StrType: core_schema.str_schema,
}


class StructField:
    """The annotation of a field whose type is a struct of msgspec."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A struct as it was made, or its document; what is neither is refused as any wrong value is."""

        def read(value: Any) -> Any:
            if isinstance(value, source):
                return value
            try:
                return msgspec.convert(value, source)
            except msgspec.ValidationError as error:
                raise ValueError(str(error)) from error

        written = core_schema.plain_serializer_function_ser_schema(msgspec.to_builtins)
        shape = {"struct": described(inspect.type_info(source))}
        return core_schema.no_info_plain_validator_function(read, serialization=written, metadata=shape)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe it by its fields, once for all places that it stands in."""
        return handler(core_schema.definitions_schema(schema["metadata"]["struct"], []))


STRUCT: Final = StructField()


def described(of: inspect.Type) -> CoreSchema:
    """Give the shape of what a struct is written as; raises TypeError for a type that no answer has yet."""
    if type(of) in PLAIN:
        return PLAIN[type(of)]()
    match of:
        case inspect.Metadata():
            return described(of.type)
        case inspect.StructType():
            return _struct(of)
        case inspect.UnionType():
            return core_schema.union_schema([described(one) for one in of.types])
        case inspect.LiteralType():
            return core_schema.literal_schema(list(of.values))
        case inspect.TupleType():
            return core_schema.tuple_schema([described(one) for one in of.item_types])
        case inspect.VarTupleType() | inspect.ListType():
            return core_schema.list_schema(described(of.item_type))
        case inspect.DictType():
            return core_schema.dict_schema(described(of.key_type), described(of.value_type))
    raise TypeError(f"no answer has {of!r} yet")


def _struct(of: inspect.StructType) -> CoreSchema:
    """All fields are there: msgspec writes those with a default too."""
    fields = {one.encode_name: core_schema.typed_dict_field(described(one.type), required=True) for one in of.fields}
    place = f"{of.cls.__module__}.{of.cls.__qualname__}:{id(of.cls)}"
    return core_schema.typed_dict_schema(fields, cls=of.cls, ref=place)
