"""The reference codec on the real MicroPython VM: the same verdicts as on CPython, within the heap of a node."""

from pathlib import Path

import pytest

from tests.wire import generated, vm
from tests.wire.bad_packs import BAD_PACKS, CBOR, GOOD_CBOR, GOOD_JSON, JSON
from tests.wire.verdicts import of_case
from wire import frame

MARKS = (b'{"epoch":"9f3a01bc","through":4711}', b'{"epoch":"9f3a01bc","through":1e3}', b"", b'{"through":4}')
TOPICS = ("tw/1/vale/n07/obs", "tw/1/vale/_edge/gw1/batch", "tw/1/vale/n07/cmd/+", "tw/2/vale/n07/obs", "", "tw/1/a/b")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("vm")
    vm.compile_wire(made)
    return made


def _same(folder: Path, cases: list[vm.Case]) -> None:
    expected = [of_case(kind, data, content_type) for kind, content_type, data in cases]

    found = vm.verdicts_of(folder, cases)

    assert len(found) == len(cases)
    assert [pair for pair in zip(cases, expected, found, strict=True) if pair[1] != pair[2]] == []


def test_bad_packs_are_refused_alike(folder: Path) -> None:
    """Each bad pack gets the same refusal on the VM, and its head is read the same way."""
    sized = [bad for bad in BAD_PACKS if len(bad[1]) <= 10_000]  # a node's heap cannot hold the others

    _same(folder, [("check", content_type, data) for _, data, content_type, _, _ in sized])
    _same(folder, [("head", content_type, data) for _, data, content_type, _, _ in sized])


def test_good_and_mutated_packs_are_read_alike(folder: Path) -> None:
    """Generated packs, and the same with a byte changed, cut or doubled, get the same verdict on the VM."""
    cases = [("pack", JSON, data) for data in generated.packs(JSON, 120)]
    cases += [("pack", CBOR, data) for data in generated.packs(CBOR, 120)]

    _same(folder, cases)


def test_packs_are_written_alike(folder: Path) -> None:
    """What the VM writes is what CPython writes, in JSON and in CBOR."""
    _same(folder, [("written", JSON, GOOD_JSON), ("written", CBOR, GOOD_CBOR)])


def test_marks_topics_and_batches_are_read_alike(folder: Path) -> None:
    """Marks, topics and batches get the same verdict on the VM."""
    cases = [("mark", JSON, data) for data in MARKS] + [("topic", JSON, topic.encode()) for topic in TOPICS]
    cases += [("batch", JSON, data) for data in generated.batches(40)]

    _same(folder, cases)


def test_frames_are_read_and_written_alike(folder: Path) -> None:
    """Random bytes and whole frames get the same verdict on the VM, and are stuffed to the same bytes."""
    walks = generated.walks(40)
    whole = [frame.encode("tw/1/vale/n07/obs", data).strip(frame.END) for data in walks]

    _same(folder, [("frame", JSON, data) for data in [*walks, *whole, GOOD_JSON * 6]])


def test_chapters_walk_alike(folder: Path) -> None:
    """The same packs in the same order lead to the same answers, marks, counts and state on the VM."""
    _same(folder, [("walk", JSON, data) for data in generated.walks(60)])


def test_a_pack_of_the_largest_size_fits_into_a_node(folder: Path) -> None:
    """A pack of 8192 bytes is checked within the heap of a node, and leaves room for the rest."""
    records = b"".join(b',{"n":"vw%d.frequency","u":"Hz","v":2831.4}' % i for i in range(2, 184))
    largest = GOOD_JSON[:-1] + records + b"]"

    assert 7_900 < len(largest) <= 8192
    _same(folder, [("check", JSON, largest)])


def test_a_node_loads_only_what_it_names(folder: Path) -> None:
    """Importing what a node writes and reads loads neither CBOR nor the texts for people nor the batch."""
    probe = (
        "import sys\nfrom wire import marks, packing, pack, topics, clock\n"
        "print(sorted([name for name in sys.modules if 'wire' in name]))\n"
    )
    (folder / "probe.py").write_text(probe)

    loaded = vm.run(folder, "probe.py")

    assert "wire.packing" in loaded
    assert not [name for name in ("cbor", "reasons", "batch", "chapter", "cargo") if f"wire.{name}'" in loaded]


def test_the_refusal_tells_the_fix_on_the_vm(folder: Path) -> None:
    """str(BadPack) names field, reason and fix on the VM too."""
    probe = "from wire import BadPack\nprint(BadPack('bt', 'relative-time', '-5'))\n"
    (folder / "probe.py").write_text(probe)

    told = vm.run(folder, "probe.py")

    assert "'bt'" in told
    assert "relative-time" in told
    assert "Unix seconds" in told
