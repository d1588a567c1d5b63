"""What only some uses need: said by the name under which it is installed, where it is missing."""

from importlib.util import find_spec

from tailwatch_client.connection import ClientError


class MissingExtra(ClientError):
    """A package that this use needs is not installed."""


def need(extra: str, *modules: str) -> None:
    """Raise MissingExtra unless all these modules can be imported."""
    for module in modules:
        if find_spec(module) is None:
            raise MissingExtra(f"this needs {module}: pip install 'tailwatch-client[{extra}]'")
