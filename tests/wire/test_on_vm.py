"""The contract on the real MicroPython VM: the same verdicts as on CPython, within the heap of a node."""

import random
from pathlib import Path

import pytest

from firmware.build import WIRE
from tests.codec import generated
from tests.codec.bad_packs import BAD_PACKS, GOOD_JSON, JSON
from tests.wire import vm
from tests.wire.verdicts import of_case

ACKS = (b'{"epoch":"9f3a01bc","through":4711}', b'{"epoch":"9f3a01bc","through":1e3}', b"", b'{"through":4}')
REQUESTS = (b'{"nonce":7}', b'{"nonce":-1}', b'{"nonce":2147483648}', b"7")
REPLIES = (b'{"nonce":7,"ms":1764079200123}', b'{"nonce":7,"ms":1764079200}', b'{"nonce":7,"ms":1.7e12}', b"{}")
TOPICS = ("tw/1/vale/n07/obs", "tw/1/vale/_edge/gw1/batch", "tw/1/vale/n07/cmd/+", "tw/2/vale/n07/obs", "", "tw/1/a/b")
NAMES = ("n07", "-n07", "", "9f3a01bc", "9F3A01BC", "vw1.frequency", "vw1.", "vale:n07:", "vale:n07", "x" * 33)
PROBE = """
import sys
from wire import names, protocol
print(','.join(sorted([one for one in sys.modules if 'wire' in one])))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("vm")
    vm.compile_wire(made)
    return made


def _same(folder: Path, cases: list[vm.Case]) -> None:
    expected = [of_case(kind, data) for kind, data in cases]

    found = vm.verdicts_of(folder, cases)

    assert len(found) == len(cases)
    assert [pair for pair in zip(cases, expected, found, strict=True) if pair[1] != pair[2]] == []


def test_every_module_of_the_contract_is_importable(tmp_path: Path) -> None:
    """One after the other, in one process with the heap of a node."""
    modules = vm.compile_wire(tmp_path)
    (tmp_path / "probe.py").write_text("".join(f"import {name}\nprint('{name}')\n" for name in modules))

    assert vm.run(tmp_path, "probe.py").split() == modules
    assert len(modules) >= 10


def test_bad_json_is_refused_alike(folder: Path) -> None:
    """The bytes of each bad pack are read as far, and break in the same way, on the VM."""
    sized = [bad[1] for bad in BAD_PACKS if len(bad[1]) <= 10_000]  # a node's heap cannot hold the others

    _same(folder, [("json", data) for data in sized])
    _same(folder, [("items", data) for data in sized])


def test_good_and_mutated_json_is_read_alike(folder: Path) -> None:
    """The text of generated packs, and the same with a byte changed, cut or doubled, is read alike on the VM."""
    _same(folder, [("items", data) for data in generated.packs(JSON, 120)])


def test_an_array_of_the_largest_size_fits_into_a_node(folder: Path) -> None:
    """8192 bytes of JSON are read item by item within the heap of a node, and leave room for the rest."""
    records = b"".join(b',{"n":"vw%d.frequency","u":"Hz","v":2831.4}' % i for i in range(2, 184))
    largest = GOOD_JSON[:-1] + records + b"]"

    assert 7_900 < len(largest) <= 8192
    _same(folder, [("items", largest)])


def test_payloads_topics_and_names_are_read_alike(folder: Path) -> None:
    """Acks, time requests and replies, topics and names get the same verdict on the VM, and are written alike."""
    cases = [("ack", data) for data in ACKS] + [("topic", topic.encode()) for topic in TOPICS]
    cases += [("protocol", bytes([stated, newest, 1])) for stated in range(5) for newest in range(1, 4)]
    cases += [("request", data) for data in REQUESTS] + [("reply", data) for data in REPLIES]

    _same(folder, cases + [("name", name.encode()) for name in NAMES])


def test_sequence_states_walk_alike(folder: Path) -> None:
    """The same packs in the same order lead to the same answers, acks, counts and state on the VM."""
    chance = random.Random(60)

    _same(folder, [("walk", chance.randbytes(4 * chance.randint(1, 40))) for _ in range(60)])


def test_a_node_loads_only_what_it_ships(folder: Path) -> None:
    """Importing what a node needs of the contract loads what its build ships, and nothing else."""
    (folder / "probe.py").write_text(PROBE)

    loaded = vm.run(folder, "probe.py").strip().split(",")

    assert loaded == sorted(["wire" if name == "__init__" else f"wire.{name}" for name in WIRE])


def test_the_refusal_tells_the_fix_on_the_vm(folder: Path) -> None:
    """str(BadPack) names field, reason and fix on the VM too."""
    probe = "from wire import BadPack\nprint(BadPack('bt', 'relative-time', '-5'))\n"
    (folder / "probe.py").write_text(probe)

    told = vm.run(folder, "probe.py")

    assert "'bt'" in told
    assert "relative-time" in told
    assert "Unix seconds" in told
