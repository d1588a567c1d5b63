"""`tailwatch capacity`: what facilities take of a machine, and what ends first."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from runtime.settings import BadSettings
from tailings.facility import BadFacility
from tailwatch import facility_file
from tailwatch.commands import _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import refusals

PANEL: Final = _panels.SITE
ENDS: Final = {
    "ingest": "one ingest process has no more time on its core",
    "processor": "the processor is full",
    "memory": "the memory is full",
    "disk": "the disk is full",
}
GB: Final = 1e9


def capacity(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Facility files.")],
    times: Annotated[int, typer.Option(min=1, max=1_000_000, help="So many facilities like each of these.")] = 1,
    years: Annotated[float, typer.Option(min=0.1, max=100, help="For so long readings stay in the database.")] = 5.0,
    cores: Annotated[float | None, typer.Option(min=0.1, help="Cores of the machine, instead of this one's.")] = None,
    memory_gb: Annotated[float | None, typer.Option(min=0.1, help="Memory, instead of this machine's.")] = None,
    disk_gb: Annotated[float | None, typer.Option(min=0.1, help="Free disk, instead of this machine's.")] = None,
    is_json: JsonOption = False,
) -> None:
    """Tell what facilities take of a machine: processor, memory, disk and network.

    Measured figures times the datastreams and intervals of the files; what ends
    first as more facilities of their kind come. No database is needed.
    """
    from tailwatch import capacity as figures

    with refusals(OSError, BadFacility, BadSettings):
        facilities = [facility_file.read(file)[0] for file in files]
    found = figures.measured()
    here = figures.MachineSize(
        cores or os.cpu_count() or 1,
        memory_gb * GB if memory_gb else os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        disk_gb * GB if disk_gb else shutil.disk_usage(Path.cwd()).free,
    )
    taken = figures.needs(found, facilities, times)
    limit, most = figures.first_limit(found, facilities, here, years)
    if is_json:
        told: dict[str, Any] = {**taken._asdict(), "machine": here._asdict(), "years": years}
        print_json(told | {"first": limit, "fits_times": most, "measured_on": found.measured_on})
        return
    for line in _lines(taken, here, years=years, first=ENDS[limit], most=most, each=len(facilities)):
        typer.echo(line)
    typer.echo(f"Measured on {found.measured_on}: {found.machine}. {found.note}".rstrip())


def _lines(taken: Any, here: Any, *, years: float, first: str, most: int, each: int) -> Iterator[str]:
    yield f"{_count(taken.facilities, 'facility', 'facilities')}, {taken.datastreams:,} datastreams,"
    yield f"{_figure(taken.rows_s)} readings a second."
    yield ""
    yield f"{'':12}{'cores':>10}{'memory, MB':>14}"
    for name, share in taken.cores.items():
        yield f"{name:12}{share:10.3f}{taken.memory_mb[name]:14,.0f}"
    yield f"{'all':12}{taken.all_cores:10.3f}{sum(taken.memory_mb.values()):14,.0f}"
    yield ""
    a_year = taken.disk_a_year / GB
    yield f"Disk     {_figure(a_year)} GB a year; {_figure(years * a_year)} GB in {years:g} years."
    yield f"Log      {_figure(taken.log_s / 1000)} kB/s to the disk, which is written over again."
    yield f"Network  {_figure(taken.network_s / 1000)} kB/s from the sites."
    yield ""
    kind = "facilities like this one" if each == 1 else f"times these {each} facilities"
    machine = f"{here.cores:g} cores, {here.memory / GB:.0f} GB of memory, {here.disk / GB:,.0f} GB of free disk"
    yield f"A machine of {machine} holds {most:,} {kind}; then {first}."
    if taken.is_beyond:
        yield "This is beyond what was measured: take it as a direction."


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _figure(value: float) -> str:
    """Three figures: 0.0123, 1.23, 123, 12,300."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
