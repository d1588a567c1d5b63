"""A bar on a terminal, by rich or tqdm where one is installed; nothing elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec

Tell = Callable[[float], None]


@contextmanager
def bar(what: str, is_shown: bool | None = None) -> Iterator[Tell]:
    """Give a function that takes the share that is done; None: shown on a terminal."""
    if not (sys.stderr.isatty() if is_shown is None else is_shown):
        yield lambda share: None
    elif find_spec("rich") is not None:
        rich = import_module("rich.progress")
        console = import_module("rich.console").Console(stderr=True, force_terminal=True)
        with rich.Progress(console=console, transient=True) as shown:
            task = shown.add_task(what, total=1.0)
            yield lambda share: shown.update(task, completed=share)
    elif find_spec("tqdm") is not None:
        with import_module("tqdm").tqdm(desc=what, total=1.0, file=sys.stderr, leave=False) as shown:
            yield lambda share: shown.update(share - shown.n)
    else:
        yield lambda share: None
