"""Documents on paper: set by typst as tagged PDF, and sealed with the key of the installation."""

from .asking import Paper, pdf
from .gaps import gaps

__all__ = ["Paper", "gaps", "pdf"]
