"""Documents on paper: set by typst as tagged PDF, and sealed with the key of the installation."""

from .gaps import gaps
from .typeset import pdf

__all__ = ["gaps", "pdf"]
