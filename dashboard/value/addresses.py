"""The address of the origin of a figure, which every figure of the value page leads to."""

from urllib.parse import quote


def address(facility: str, figure: str, factors: str = "") -> str:
    """Give it; `factors` are those of the sliders, as they end the page's own address ("&price=0.9")."""
    return f"/f/{facility}/value/provenance?figure={quote(figure)}{factors}"
