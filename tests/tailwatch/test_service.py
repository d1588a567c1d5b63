"""A site as a service: the unit runs what a terminal would run, and systemd starts it with each boot."""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from runtime.release import release
from tailwatch import service, system_users
from tailwatch.__main__ import app
from tests.end_to_end.running_site import VALE, running_site

ROOT = Path(__file__).resolve().parents[2]
WANTED = "etc/systemd/system/multi-user.target.wants/tailwatch.service"
UNIT = "etc/systemd/system/tailwatch.service"


def run(*words: object) -> tuple[int, str]:
    """Exit code and output of a verb of `tailwatch service`."""
    done = CliRunner().invoke(app, ["service", *map(str, words)])
    return done.exit_code, done.output


def test_the_unit_runs_what_a_terminal_would(tmp_path: Path) -> None:
    """Whole paths, the options as given; what systemd reads otherwise (blank, %) is as systemd.service(5) says."""
    file, state = tmp_path / "my dam.toml", tmp_path / "100%"

    unit = service.site([("vale", file)], state, ["--port", "8100"], Path("/opt/tailwatch/bin"))
    (line,) = [one for one in unit.text.splitlines() if one.startswith("ExecStart=")]

    assert line == (
        f'ExecStart=/opt/tailwatch/bin/tailwatch up "{tmp_path}/my dam.toml" --state "{tmp_path}/100%%" --port 8100'
    )


def test_a_file_that_up_would_refuse_is_no_service(tmp_path: Path) -> None:
    """The faults are told with their lines, and nothing is written."""
    bad = tmp_path / "bad.toml"
    bad.write_text(VALE.read_text().replace("commissioned", "comissioned", 1))

    code, said = run("install", bad, "--root", tmp_path)

    assert code == 2 and "did you mean 'commissioned'" in said
    assert not (tmp_path / UNIT).exists()


def test_a_gateway_may_no_more_than_by_the_unit_of_an_agent(reachable_folder: Path) -> None:
    """Every line of the unit that is shipped, but where settings and buffer lie: in the gateway's own folder."""
    shipped = (ROOT / "tailwatch/units/tailwatch-edge-agent@.service").read_text().replace("%i", "gw1").splitlines()
    moved = ("ExecStart=", "StateDirectory=", "StateDirectoryMode=")
    lines = service.gateway("gw1", reachable_folder / "gw1", Path("/opt/tailwatch/.venv/bin")).text.splitlines()

    assert [line for line in shipped if line not in lines and not line.startswith(moved)] == []
    assert [line for line in lines[1:] if line not in shipped] == [
        f"ExecStart=/opt/tailwatch/.venv/bin/python -P -m edge_agent {reachable_folder}/gw1/edge_agent.toml",
        f"ReadWritePaths={reachable_folder}/gw1",
    ]


@pytest.mark.parametrize("place", ["/root/gw1", "/home/anna/gw1", "closed"])
def test_a_folder_that_no_unit_sees_is_no_gateway(tmp_path: Path, place: str) -> None:
    """Below a home, or where only its owner passes: said, with a place for it."""
    (tmp_path / "closed").mkdir(mode=0o700)

    with pytest.raises(service.UnitRefused, match="move the folder to /etc/tailwatch/agents/gw1"):
        service.gateway("gw1", Path(place) if place[0] == "/" else tmp_path / place / "gw1")


@pytest.mark.foreign
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a folder to another user")
def test_a_gateway_is_made_a_service_with_its_folder(reachable_folder: Path) -> None:
    """What `device provision` wrote is the agent's user's afterwards, and the unit as closed as the shipped one."""
    folder, broker = reachable_folder / "gw1", reachable_folder / "broker"
    words = ["device", "provision", "gw1", "--file", str(VALE), "--out", str(folder), "--broker", str(broker)]
    made = CliRunner().invoke(app, words)
    code, said = run("install", "--gateway", folder, "--root", reachable_folder)
    unit = reachable_folder / UNIT.replace("tailwatch.", "tailwatch-gateway-gw1.")
    security = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    told = subprocess.run(security, capture_output=True, text=True, timeout=60).stdout
    figure = re.search(r"exposure level for .*: ([\d.]+)", told)

    assert (made.exit_code, code) == (0, 0), made.output + said
    assert {one.owner() for one in (folder, *folder.iterdir())} == {system_users.of_programs().edge or "root"}
    assert figure and float(figure[1]) <= 2.0


@pytest.mark.foreign
def test_a_site_starts_with_each_boot_until_it_is_removed(tmp_path: Path) -> None:
    """By systemctl itself, below a root that nothing runs on; other options change it, an edited unit is kept."""
    where = ("--root", tmp_path, "--state", tmp_path / "state")

    first = run("install", VALE, *where)
    is_linked = (tmp_path / WANTED).is_symlink()
    again = run("install", VALE, *where, "--port", 8100)
    forced = run("install", VALE, *where, "--port", 8100, "--replace")
    text = (tmp_path / UNIT).read_text()
    listed = run("list", "--root", tmp_path)
    removed = run("remove", "tailwatch", "--root", tmp_path)

    assert first[0] == 0 and "starts with the next boot" in first[1] and is_linked
    assert again[0] == 2 and "--replace" in again[1] and forced[0] == 0 and "--port 8100" in text
    assert listed == (0, "tailwatch\n") and removed[0] == 0
    assert not (tmp_path / UNIT).exists() and not (tmp_path / WANTED).is_symlink()
    assert run("remove", "tailwatch", "--root", tmp_path)[0] == 2


@pytest.mark.foreign
def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path) -> None:
    """`systemd-analyze verify` is silent, with the program where the unit says it is."""
    program = tmp_path / "tailwatch"
    program.touch(0o755)
    unit = tmp_path / "tailwatch.service"
    unit.write_text(service.site([("vale", VALE)], tmp_path / "a state", [], tmp_path).text)

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=60
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """This release, and the same under the number of a later one."""
    folder = tmp_path_factory.mktemp("wheels")
    later = folder / "later"
    shutil.copytree(
        ROOT, later, ignore=shutil.ignore_patterns(".git", "node_modules/.cache", ".venv", "build", "*.pyc")
    )
    file = later / "pyproject.toml"
    file.write_text(file.read_text().replace(f'version = "{release()}"', 'version = "99.0.0"', 1))
    made = []
    for tree in (ROOT, later):
        uv = [str(Path(sys.executable).with_name("uv")), "build", "--wheel", "--no-build-isolation", "--offline"]
        subprocess.run(
            [*uv, "--python", sys.executable, "--out-dir", str(folder / tree.name), str(tree)],
            check=True,
            capture_output=True,
            timeout=200,
        )
        made += (folder / tree.name).glob("*.whl")
    return made[0], made[1]


@pytest.mark.foreign
def test_a_release_is_upgraded_after_a_backup(wheels: tuple[Path, Path], tmp_path: Path) -> None:
    """Without a place for the backup nothing is done; what pip refuses leaves the release; the later one then runs."""
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env/bin/python"
    (libraries,) = (tmp_path / "env/lib").glob("python*/site-packages")
    (libraries / "others.pth").write_text(str(Path(pytest.__file__).parents[1]))
    environment = {**os.environ, "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1"}

    def tailwatch(*words: object) -> subprocess.CompletedProcess[str]:
        line = [str(python), "-P", "-m", *map(str, words)]
        return subprocess.run(line, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=200)

    assert tailwatch("pip", "install", wheels[0]).returncode == 0
    with running_site() as site:
        state = ("--state", site.folder / "state")
        unsaid = tailwatch("tailwatch", "upgrade", wheels[1], *state)
        refused = tailwatch("tailwatch", "upgrade", tmp_path / "none.whl", *state, "--backup", tmp_path / "refused")
        version = tailwatch("tailwatch", "--version").stdout
        done = tailwatch("tailwatch", "upgrade", wheels[1], *state, "--backup", tmp_path / "kept")

    assert unsaid.returncode == 2 and "--backup" in unsaid.stderr
    assert refused.returncode == 2 and "pip ended with" in refused.stderr and release() in version
    assert done.returncode == 0, done.stderr
    assert f"{release()} became 99.0.0" in done.stdout and f"tailwatch=={release()}" in done.stdout
    assert len(list((tmp_path / "kept").glob("tailwatch-*/manifest.json"))) == 1
    assert "99.0.0" in tailwatch("tailwatch", "--version").stdout


def test_a_checkout_is_not_written_over() -> None:
    """pip would put a package beside it; what to do instead is said."""
    done = subprocess.run(
        [sys.executable, "-m", "tailwatch", "upgrade", "tailwatch==99.0.0"], capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 2 and "git pull" in done.stderr
