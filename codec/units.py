"""The units that `u` may carry: symbols of the IANA registry "SenML Units" (RFC 8428 section 12.1, RFC 8798 section 2).

Secondary units (kPa, mV, ...) do not belong in `u` (RFC 8798 section 3); the birth document names them in UCUM.
"""

from typing import Final

_REGISTRY: Final = (
    "m kg g s A K cd mol Hz rad sr N Pa J W C V F Ohm S Wb T H Cel lm lx Bq Gy Sv kat m2 m3 l m/s m/s2 m3/s l/s W/m2"
    " cd/m2 bit bit/s lat lon pH dB dBW Bspl count / % %RH %EL EL 1/s 1/min beat/min beats S/m"
    " B VA VAs var vars J/m kg/m3 deg"
)
_SYMBOLS: Final = frozenset(_REGISTRY.split())


def is_unit(symbol: str) -> bool:
    """Whether `symbol` is in the registry."""
    return symbol in _SYMBOLS


def symbols() -> list[str]:
    """All symbols, in the order of the registry."""
    return _REGISTRY.split()
