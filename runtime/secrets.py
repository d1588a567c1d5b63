"""Secrets stay in files of their own, which only the owner may read; a settings file names them."""

import os
import stat
from pathlib import Path
from typing import Final

from runtime.settings import BadSettings

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def read_secret(file: Path) -> str:
    """Read the one secret in `file`; raises BadSettings, which says what to do and never the secret."""
    try:
        with file.open(encoding="utf-8") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            text = opened.read().strip()
    except PermissionError as error:
        raise BadSettings(file, "this secret cannot be read; give it to the user that runs this program") from error
    except OSError as error:
        raise BadSettings(file, f"this secret cannot be read ({error.strerror}); write it there, mode 600") from error
    except UnicodeDecodeError as error:
        raise BadSettings(file, "this secret is not UTF-8 text; write it anew") from error
    if mode & OTHERS:
        raise BadSettings(file, f"others may read this secret; run: chmod 600 {file}")
    if not text:
        raise BadSettings(file, "this file is empty; write the secret there, nothing else")
    return text
