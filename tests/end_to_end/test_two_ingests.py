"""Two ingest processes side by side, one of them killed: what both store is what was sent, once."""

from tailwatch.process import Process
from tests.end_to_end.compare import assert_delivery
from tests.end_to_end.field import BATTERY, Field
from tests.end_to_end.running_site import RunningSite

LOST = "SELECT coalesce(sum(lost), 0)::int FROM ledger_epoch WHERE sender IN ('n02', 'n03')"
NO_SESSION = "session_expiry_s = 0\n"
"""The broker gives a share to a session that is away until it expires; nobody after this test is to wait for that."""


def test_two_ingests_store_everything_once(site: RunningSite, field: Field) -> None:
    """Both take batches; one is killed with -9 in the middle and its share comes again.

    Until then what is missing is pending, and at no look is a pack called lost.
    """
    lost: list[list[tuple[object, ...]]] = []
    part = site.site.ingest("ingest-2")
    settings = site.state.folder / "settings" / "ingest-2.toml"
    settings.write_text(NO_SESSION + settings.read_text())
    second = Process(part.command)
    try:
        nodes = [field.start(name, interval_s=0.05, instruments=[BATTERY]) for name in ("n02", "n03")]
        site.until(lambda: all(node.stored_count() >= 10 for node in nodes), "both nodes' packs are stored")
        site.kill("ingest")
        for node in nodes:
            lost.append(site.rows(LOST))
            node.finish()
            lost.append(site.rows(LOST))
        lost.append(site.rows(LOST))
    finally:
        second.stop()

    for node in nodes:
        assert_delivery(site, node)
    assert lost == [[(0,)]] * 5
