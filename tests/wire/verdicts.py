"""Verdicts as text, so that CPython and MicroPython can be compared line by line; runs on both."""

from wire import BadPack, pack


def _number(value: object) -> str:
    """MicroPython reads the last of seventeen digits differently, so twelve are compared."""
    return f"{value:.12g}" if type(value) is float else str(value)


def _fields(value: tuple[object, ...]) -> str:
    return "(" + ",".join([_number(field) for field in value]) + ")"


def of_check(data: bytes, content_type: str) -> str:
    try:
        pack.check(data, content_type)
    except BadPack as bad:
        return "refused " + bad.reason + " " + bad.field + " " + bad.detail
    return "valid"


def of_pack(data: bytes, content_type: str) -> str:
    try:
        found = pack.decode(data, content_type)
    except BadPack as bad:
        return "refused " + bad.reason + " " + bad.field + " " + bad.detail
    return _fields(found[:9]) + "".join([_fields(record) for record in found.records])


def of_head(data: bytes) -> str:
    return str(pack.read_head(data))


def of_batch(data: bytes) -> str:
    from wire import batch  # as a node would: only when needed

    try:
        found = batch.decode(data)
    except BadPack as bad:
        return "refused " + bad.reason + " " + bad.field + " " + bad.detail
    rows: list[tuple[object, ...]] = []
    for part in (found.observations, found.packs, found.repeats, found.quarantine, found.faults, found.verdicts):
        rows += part
    head = (found.facility, found.agent, found.epoch, found.seq, found.kept)
    return _fields(head) + "".join([_fields(row) for row in rows])


def of_mark(data: bytes) -> str:
    from wire import marks  # as a node would: only when needed

    try:
        epoch, through = marks.decode(data)
    except BadPack as bad:
        return "refused " + bad.reason + " " + bad.field + " " + bad.detail
    return str(marks.encode(epoch, through), "utf-8")


def of_topic(data: bytes) -> str:
    from wire import topics  # as a node would: only when needed

    try:
        return _fields(topics.parse(str(data, "utf-8")))
    except BadPack as bad:
        return "refused " + bad.reason + " " + bad.field + " " + bad.detail


def of_frame(data: bytes) -> str:
    """`data` between zero bytes, and `data` as a payload there and back."""
    from wire import frame

    try:
        topic, payload = frame.decode(data)
        return topic + " " + payload.hex()
    except BadPack as bad:
        sent = frame.encode("tw/1/vale/n07/obs", data)
        return "refused " + bad.reason + " " + sent.hex() + str(frame.decode(sent.strip(frame.END))[1] == data)


def of_written(data: bytes, content_type: str) -> str:
    """The bytes of the pack that `data` carries, written again."""
    from wire import packing

    try:
        found = pack.decode(data, content_type)
    except BadPack:
        return "refused"
    readings: list[tuple[str, float | str, str | None, float]] = [
        (r.name, r.value, r.unit, 0) for r in found.records if r.value is not None
    ]
    try:
        body = packing.body(readings, found.boot, content_type=content_type)
        written = packing.put_head(body, found.base, found.time_s, found.epoch, 5, 4, 1, content_type)
    except BadPack as bad:
        return "refused " + bad.reason
    return of_pack(written, content_type) + " " + str(len(written))


def of_walk(data: bytes) -> str:
    """A walk through a chapter: four bytes a pack (seq, kept below seq, is_void, dropped)."""
    from wire import chapter

    walk = None
    answers = []
    for at in range(0, len(data) - 3, 4):
        seq, kept = data[at], data[at] - data[at + 1] % (data[at] + 1)
        is_void, dropped = data[at + 2] % 4 == 0, data[at + 3]
        if walk is None:
            walk = chapter.Chapter.begin(seq, kept, is_void, dropped)
        else:
            answers.append(walk.receive(seq, kept, is_void, dropped))
        counts = walk.counts()
        answers.append(str(walk.through) + ":" + ",".join([str(counts[word]) for word in sorted(counts)]))
    return "" if walk is None else " ".join(answers) + str(walk.state())


def of_case(kind: str, data: bytes, content_type: str) -> str:
    """The verdict of one case; any exception that is not BadPack shows as itself."""
    if kind == "pack":
        return of_pack(data, content_type)
    if kind == "check":
        return of_check(data, content_type)
    if kind == "written":
        return of_written(data, content_type)
    if kind == "frame":
        return of_frame(data)
    return {"head": of_head, "batch": of_batch, "mark": of_mark, "topic": of_topic, "walk": of_walk}[kind](data)
