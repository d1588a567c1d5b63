"""The whole of `python -m bench --quick`: every figure is there and its work was done. No test looks at a time."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from bench import against, report
from bench.against.trees import Trees
from bench.cases import CASES, sensorthings
from bench.figures import Results

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("bench")]

ROOT = Path(__file__).parents[2]
WITHIN_S = 220
SLOWED = """

_once = decode_pack


def decode_pack(data, content_type):
    for _ in range(9):
        _once(data, content_type)
    return _once(data, content_type)
"""
FIGURES = (
    "a pack of 50 read, JSON",
    "a pack of 50 read, CBOR",
    "2,000 blocks kriged from 16 of 500 samples, 10,000 draws",
    "ingest, packs of 50, JSON",
    "ingest, packs of 50, CBOR",
    "ingest, batches of 3,000 (a backlog drains)",
    "ingest, batches of 3,000 (a backlog drains), CBOR",
    "ingest beside proofs of sight, packs of 50, CBOR",
    "ingest beside proofs of sight without rest, packs of 50, CBOR",
    "ingest, messages of one reading",
    "ingest, messages of one reading, against a bare socket",
    "ingest, replay of what is stored",
    "a file of observations read and sieved",
    "publish to mark, 99th percentile at half load",
    "latest of 1,000 datastreams",
    "own time of the api, one datastream",
    "own time of the api, one hour raw (60 rows), JSON",
    "own time of the api, latest of 1,000 datastreams",
    "series, one hour raw (60 rows), JSON",
    "series, 30 days raw (43,200 rows), JSON",
    "series, 40 days for a chart (57,600 rows)",
    "series, a month, as of an instant (43,200 rows)",
    "series, all for a chart, as of an instant (57,600 rows)",
    "export, CSV",
    "export, JSON columns in pages",
    "export, arrow",
    "export, parquet",
    "export of 2 datastreams (115,200 rows), csv",
    "export of 2 datastreams (115,200 rows), arrow",
    "export of 2 datastreams (115,200 rows), parquet",
    "export of 2 datastreams (115,200 rows), netcdf",
    "export of 2 datastreams (115,200 rows), geojson",
    "SQL: newest value of 1,000 datastreams",
    "SQL: hourly means of 40 days",
    "SQL: one hour of all datastreams",
    *(f"SensorThings: {name}" for name in sensorthings.PAGES),
    "api, nobody asks, memory",
    "200 live clients at 4 commits a second, memory of the api before its first chart",
    "edge agent, packs of 50, JSON",
    "edge agent, packs of 50, CBOR",
    "edge agent, packs of 20 with 30 derived values",
    "edge agent, 1,000 packs/s of 50",
    "edge agent, 1,000 packs/s of 20 with 30 derived values",
    "following 100 plans on 1,000 datastreams after a commit",
    "assessment of 1,000 datastreams and 100 plans",
    "derivation: wire, temperature, air pressure -> pressure -> level",
    "preview of a re-derivation, rows compared",
    "re-derivation applied, rows replaced",
)


def run_quickly(out: Path, *options: str) -> Path:
    """Run it and return the folder of what it writes."""
    words = [sys.executable, "-m", "bench", "--quick", "--out", str(out), *options]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return out


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a quick run of all cases writes."""
    return run_quickly(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="session")
def results(folder: Path) -> Results:
    """The results of the quick run."""
    return report.read(folder)


@pytest.mark.long
def test_every_figure_is_there(results: Results) -> None:
    """Each case gives its figures with a result in each round; pages are left to their own tests in a quick run."""
    assert tuple(found.name for found in results.figures) == FIGURES
    assert results.is_complete
    assert all(min(rounds.values) > 0 for found in results.figures for rounds in found.rounds.values())


@pytest.mark.long
def test_the_limit_is_measured_in_the_same_run(results: Results) -> None:
    """What has a limit has as many rounds of it as of ours, and a ratio."""
    limited = [found for found in results.figures if found.limit_is]

    assert len(limited) >= 13
    assert all(len(f.rounds[f.limit_is].values) == len(f.rounds["ours"].values) for f in limited)
    assert all(found.ratio is not None for found in limited)


@pytest.mark.long
def test_a_replay_changes_no_row(results: Results) -> None:
    """The fingerprint of all stored rows is the same after the replay (the run fails otherwise)."""
    (replay,) = [found for found in results.figures if "replay" in found.name]

    assert replay.facts == {"rows_changed": 0}


@pytest.mark.long
def test_the_peers_are_measured_too(results: Results) -> None:
    """INSERT, executemany, unnest and a staging table stand beside ingest."""
    (packs,) = [found for found in results.figures if found.name == report.COMPARED]

    assert {"INSERT a reading", "executemany", "unnest", "staging table", "broker alone"} <= set(packs.peers)
    assert packs.memory_mb is not None and packs.memory_mb > 0


@pytest.mark.long
def test_the_curves_have_all_their_points(results: Results) -> None:
    """Datastreams, late data and size of the table, each with ours and the limit."""
    assert [(curve.name, len(curve.points)) for curve in results.curves] == [
        ("datastreams", 2),
        ("late data", 2),
        ("rows in the table", 2),
    ]


@pytest.mark.long
def test_the_results_say_where_they_come_from(folder: Path) -> None:
    """results.json is plain JSON and names machine, versions and date."""
    found = msgspec.json.decode((folder / report.RESULTS).read_bytes())

    assert {"cpu", "cores", "memory_gb", "date", "python", "postgresql", "mosquitto"} <= set(found["machine"])
    assert {"name", "unit", "ours", "limit", "ratio"} <= set(found["figures"][0])


def test_a_replay_alone_changes_no_row(tmp_path: Path) -> None:
    """One case on the whole ground: its figure stands beside its limit, and stored rows keep their fingerprint."""
    (found,) = report.read(run_quickly(tmp_path, "--case", "replay")).figures

    assert "replay" in found.name and found.limit_is and found.ratio is not None
    assert found.facts == {"rows_changed": 0}


def test_a_comparison_with_no_commit_says_so() -> None:
    """What git does not know is named, and the exit code is not that of a ratio that is too small."""
    words = [sys.executable, "-m", "bench", "--against", "nothing"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert "nothing: no commit of" in done.stderr


@pytest.mark.long
def test_a_slowed_decoder_is_found(tmp_path: Path) -> None:
    """A copy of this tree that decodes each pack ten times over is worse than its commit, by name and by exit code."""
    with Trees.open(ROOT, "HEAD") as trees:
        with (trees.new.folder / "codec" / "fast.py").open("a") as code:
            code.write(SLOWED)
        words = [str(trees.new.python), "-m", "bench", "--against", "HEAD", "--quick", "--pairs", "1"]
        words += ["--case", "codec", "--out", str(tmp_path)]
        done = subprocess.run(
            words, cwd=trees.new.folder, capture_output=True, text=True, timeout=WITHIN_S, check=False
        )
    found = {line.name: line for line in against.read(tmp_path).lines}

    assert done.returncode == 1, done.stderr
    assert found["a pack of 50 read, JSON"].ratio < 0.5
    assert "Below 0.95: a pack of 50 read, JSON" in done.stdout


def test_a_case_can_be_asked_for_alone() -> None:
    """An unknown case is refused with the names of those that there are."""
    words = [sys.executable, "-m", "bench", "--case", "nothing"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert all(name in done.stderr for name in CASES)


@pytest.mark.long
def test_the_steady_stream_tells_delay_memory_and_share_of_a_core(results: Results) -> None:
    """What is promised of a gateway stands beside the packs a second."""
    steady = [found for found in results.figures if "1,000 packs/s" in found.name]

    assert all({"p99_ms", "share_of_a_core", "seconds"} <= set(found.facts) for found in steady)
    assert all(found.memory_mb is not None for found in steady)
