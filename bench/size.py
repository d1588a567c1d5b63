"""How much is measured: `--quick` shows that everything works, `--long` lets the table grow to 100 million rows."""

import msgspec


class Size(msgspec.Struct, frozen=True):
    """Amounts of one run. A minute of an ingest is one reading of each of 1,000 datastreams."""

    name: str
    rounds: int
    growth_rounds: int
    minutes: int
    single_messages: int
    naive_rows: int
    peer_rows: int
    latency_s: float
    codec_packs: int
    blocks: int
    agent_packs: int
    steady_s: float
    page_loads: int
    answers: int
    series_days: int
    file_datastreams: int
    growth_rows: int
    table_rows: tuple[int, ...]
    table_minutes: int
    datastreams: tuple[int, ...]
    late_percent: tuple[int, ...]


QUICK = Size(
    name="quick",
    rounds=2,
    growth_rounds=1,
    minutes=20,
    single_messages=500,
    naive_rows=200,
    peer_rows=2_000,
    latency_s=0.5,
    codec_packs=50,
    blocks=2_000,
    agent_packs=60,
    steady_s=2.0,
    page_loads=0,
    answers=2,
    series_days=40,
    file_datastreams=2,
    growth_rows=10_000,
    table_rows=(0, 40_000),
    table_minutes=10,
    datastreams=(1, 1000),
    late_percent=(0, 10),
)
USUAL = Size(
    name="usual",
    rounds=4,
    growth_rounds=3,
    minutes=400,
    single_messages=100_000,
    naive_rows=4_000,
    peer_rows=40_000,
    latency_s=4.0,
    codec_packs=2_000,
    blocks=100_000,
    agent_packs=2_000,
    steady_s=60.0,
    page_loads=3,
    answers=20,
    series_days=365,
    file_datastreams=20,
    growth_rows=100_000,
    table_rows=(0, 2_000_000, 5_000_000, 10_000_000),
    table_minutes=300,
    datastreams=(1, 10, 100, 500, 1000, 2000),
    late_percent=(0, 1, 2, 5, 10),
)
LONG = msgspec.structs.replace(USUAL, name="long", table_rows=(*USUAL.table_rows, 30_000_000, 100_000_000))
AGAINST = Size(
    name="against",
    rounds=3,
    growth_rounds=3,
    minutes=100,
    single_messages=10_000,
    naive_rows=50,
    peer_rows=1_000,
    latency_s=1.0,
    codec_packs=3_000,
    blocks=10_000,
    agent_packs=600,
    steady_s=4.0,
    page_loads=1,
    answers=10,
    series_days=60,
    file_datastreams=2,
    growth_rows=40_000,
    table_rows=(0, 200_000),
    table_minutes=40,
    datastreams=(10, 1000),
    late_percent=(0, 10),
)
"""One run of `--against`: twenty of them must end while somebody waits, and the peers are not what is compared."""
