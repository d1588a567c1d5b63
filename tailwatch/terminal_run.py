"""One run in a terminal: the parts start, are watched until Ctrl-C, and end in order; refusals are told."""

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

import typer

from edge_agent import AlreadyRunning, BadCsvFile, BadSettings, CannotReach, NewerBuffer
from tailings.facility import BadFacility
from tailwatch import tools
from tailwatch.cluster.file import NoSuchMachine
from tailwatch.cluster.shared import NotPrepared
from tailwatch.exit_codes import ExitCode
from tailwatch.pki import NoAuthority
from tailwatch.ports import PortTaken
from tailwatch.servers import NotReady, embedded
from tailwatch.servers.dynamic_security import UsersRefused
from tailwatch.site import Site, TwoFacilities
from tailwatch.state import StateInUse, StateUnreachable
from tailwatch.supervise import NotStarted, SitePart, Supervisor
from tailwatch.survey import CannotImport
from tailwatch.system_users import NoSystemUser
from tailwatch.terminal import Terminal

POLL_S: Final = 0.1
SERVERS: Final = ("mosquitto", tools.DYNAMIC_SECURITY, "setpriv")
POSTGRES: Final = ("postgres", "initdb")
RUN_AS_ROOT: Final = (
    "the programs run as root, and each reads the passwords of all: {closed} is closed to users of their own. "
    "Put the programs under /opt, or do not run as root"
)
REFUSALS: Final = (
    AlreadyRunning,
    BadFacility,
    BadCsvFile,
    BadSettings,
    CannotImport,
    CannotReach,
    NewerBuffer,
    NoAuthority,
    NoSuchMachine,
    NoSystemUser,
    NotPrepared,
    NotReady,
    NotStarted,
    UsersRefused,
    OSError,
    PortTaken,
    StateInUse,
    StateUnreachable,
    tools.ToolMissing,
    TwoFacilities,
)
"""What a person at the terminal must put right; each says how in its sentence."""


class StopRequest:
    """The operator's Ctrl-C or the system's SIGTERM: the first interrupts the run, the next make its end urgent."""

    def __init__(self) -> None:
        self.times = 0
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._count)

    def _count(self, number: int, frame: FrameType | None) -> None:
        self.times += 1
        if self.times == 1:
            raise KeyboardInterrupt


class Beside:
    """What a run does beside its parts; this one does nothing."""

    def turn(self, supervisor: Supervisor) -> None:
        """Called at each look at the parts, from the thread that started them; it must not wait."""

    def end(self) -> None:
        """Called once, before the parts are ended."""


@contextmanager
def refusing() -> Iterator[None]:
    """Say a refusal in one sentence and leave with its exit code."""
    try:
        yield
    except REFUSALS as error:
        typer.echo(f"tailwatch: {_sentence(error)}", err=True)
        raise typer.Exit(ExitCode.REFUSED) from error


def _sentence(error: BaseException) -> str:
    """What the system refuses is told with its file, without its number."""
    return f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)


def require(*programs: str) -> None:
    """Tell every missing system program at once, of those of every site and these; raise ToolMissing for the last."""
    postgres = () if embedded.may_replace_postgres() else POSTGRES
    require_only(*postgres, *SERVERS, *programs)


def require_only(*programs: str) -> None:
    """The same of these alone."""
    absent = tools.missing(programs)
    for error in absent[:-1]:
        typer.echo(f"tailwatch: {error}", err=True)
    if absent:
        raise absent[-1]


def run(site: Site, parts: Sequence[SitePart], terminal: Terminal, *beside: Beside) -> None:
    """Start the parts, keep them running until the operator asks for the end, and end them in order."""
    supervisor = Supervisor(parts, terminal.tell)
    asked = StopRequest()
    if site.users.closed is not None:
        terminal.tell("tailwatch", RUN_AS_ROOT.format(closed=site.users.closed))
    try:
        terminal.show(supervisor.watched.values(), heading(site))
        supervisor.start()
        terminal.tell("tailwatch", f"running: {site.summary}")
        watch(supervisor, beside)
    except KeyboardInterrupt:
        terminal.tell("tailwatch", "ending all parts in order")
    finally:
        for one in beside:
            one.end()
        supervisor.end(is_urgent=lambda: asked.times > 1)


def heading(site: Site) -> str:
    """Return what stands over the parts: where the pages are, and how to end."""
    return f"Tailwatch  {site.summary}  (Ctrl-C ends it)"


def watch(supervisor: Supervisor, beside: Sequence[Beside]) -> NoReturn:
    """Restart what dies, until interrupted."""
    while True:
        supervisor.poll()
        for one in beside:
            one.turn(supervisor)
        time.sleep(POLL_S)
