"""Mail to the public, end to end: a facility file and readings in, mail out, on a real mail server and the real api."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from ingest.notifications import by_pager
from ingest.notifications.links import Pages
from ingest.subscriptions import SubscriptionMailer, outgoing
from runtime.settings import BadSettings
from tests.ingest.subscriptions.reader import KEY, PAGES, PUBLIC, WATCHED, Reader, api, links, mail_url, reading
from tests.servers import Database

RED: Final = "Vale do Sino: Red: the highest warning level, danger"
BLIND: Final = "Vale do Sino: Not known: the instruments cannot tell now"
GREEN: Final = "Vale do Sino: No warning"
ANA: Final = "ana@example.org"
PUBLISH: Final = """
INSERT INTO public_question (facility_id, kind, language, words)
    VALUES ('vale', 'question', 'en', 'Is the river clean?');
UPDATE public_question SET state = 'published', answer = 'It is: no limit is exceeded.', decided_at = now(),
    decided_by = 'user:1'"""


@pytest.fixture(scope="module")
def site(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """One database, api and mail server for all of these tests."""
    folder = tmp_path_factory.mktemp("mail")
    with reading(cluster, folder) as made:
        yield made


@pytest.fixture
def reader(site: Reader) -> Iterator[Reader]:
    """A green dam with a public page, and nobody subscribed."""
    site.begin()
    yield site
    site.sink.stop()
    site.sink.start()


def test_who_confirms_is_told_of_each_change_in_words(reader: Reader) -> None:
    """Red, then nobody looks, then an answer: each once, in order, with what it means, whom to call and the way out."""
    leave = reader.subscribe()
    reader.level(4, 341.0)
    reader.level(7, 341.0)
    for minutes in (0, 0, 30, 0):
        reader.later(minutes)
    reader.do(PUBLISH)
    reader.later(11)
    (_, red), (_, blind), (_, answer) = reader.sink.letters[1:]
    ((number,),) = reader.rows("SELECT id FROM public_question")

    assert reader.told() == [(ANA, RED), (ANA, BLIND), (ANA, f"Vale do Sino: answer to number {number}")]
    assert "In an alarm: Walk uphill to the chapel." in red and "Call: Civil protection, 112" in red
    assert "Nobody has evaluated the measurements since" in blind and "Take it as not known, not as safe." in blind
    assert "> Is the river clean?" in answer and "It is: no limit is exceeded." in answer and "Not known" in answer
    assert all(links(body)[-1] == leave for _, body in reader.sink.letters[1:])


def test_one_click_leaves_and_forgets(reader: Reader) -> None:
    """RFC 8058: a POST to the address of the header, without a page; row and link are gone, and no mail comes."""
    leave = reader.subscribe()
    reader.level(4, 341.0)
    reader.level(7, 341.0)
    reader.later(0)
    head = reader.sink.heads[-1]
    looked = reader.web.get(leave)
    left = reader.web.post(
        head["List-Unsubscribe"].strip("<>").removeprefix(PAGES), data={"List-Unsubscribe": "One-Click"}
    )
    again = reader.web.post(leave)
    reader.later(30)

    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert looked.status_code == 200 and "Leave and delete my address" in looked.text
    assert (left.status_code, again.status_code, reader.rows(), len(reader.told())) == (200, 410, [], 1)
    assert reader.rows("SELECT count(*) FROM subscription_progress") == [(0,)]


def test_looking_confirms_nothing_and_a_day_or_two_later_all_is_forgotten(reader: Reader) -> None:
    """A program that follows links is no person; after 48 hours the address is deleted and its link says so."""
    reader.ask()
    reader.mailer.round()
    confirm, _ = links(reader.sink.letters[-1][1])
    looked = reader.web.get(confirm)
    reader.level(4, 341.0)
    reader.level(7, 341.0)
    reader.later(0)
    before = reader.rows("SELECT confirmed_at FROM subscription")
    reader.do("UPDATE subscription SET invited_at = now() - interval '47 h 59 min'")
    reader.later(0)
    kept = len(reader.rows())
    reader.do("UPDATE subscription SET invited_at = now() - interval '48 h 1 min'")
    reader.later(0)

    assert "Yes, send me news" in looked.text and before == [(None,)] and reader.told() == []
    assert (kept, reader.rows(), reader.web.post(confirm).status_code) == (1, [], 410)


def test_no_answer_says_whether_an_address_is_known(reader: Reader) -> None:
    """New, waiting, confirmed or asked for too often: the same status and the same page; few mails go out."""
    first = reader.ask()
    waiting = reader.ask()
    reader.mailer.round()
    reader.web.post(links(reader.sink.letters[-1][1])[0])
    confirmed = [reader.ask() for _ in range(3)]
    reader.later(0)
    texts = [one.text for one in (first, waiting, *confirmed)]

    assert {one.status_code for one in (first, waiting, *confirmed)} == {200}
    assert (
        len({text[text.index('id="outcome"') : text.index("</p>", text.index('id="outcome"'))] for text in texts}) == 1
    )
    assert len(reader.sink.letters) == 1
    reader.do("UPDATE subscription SET invited_at = now() - interval '13 h'")
    reader.ask()
    reader.later(0)
    assert reader.sink.mails[-1][0] == "You get news of Vale do Sino already" and len(reader.sink.letters) == 2


@pytest.mark.parametrize(
    "address",
    [
        "ana",
        "ana@",
        "ana@host",
        "a@example.org,b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a b@example.org",
    ],
)
def test_what_is_no_address_is_refused(reader: Reader, address: str) -> None:
    """Nothing is stored, and the page says why; a control of the six is the address that the other tests take."""
    answer = reader.ask(address)
    trapped = reader.ask(homepage="https://spam.example")

    assert (answer.status_code, trapped.status_code, reader.rows()) == (422, 422, [])
    assert "no mail address that can be written to" in answer.text


def test_the_address_stands_nowhere(reader: Reader, capfd: pytest.CaptureFixture[str]) -> None:
    """Not in the database, its audit log included, not in a log, not even where its mail server refuses it."""
    reader.sink.refused.add(ANA)
    reader.subscribe("bob@example.org")
    reader.ask()
    reader.later(0)
    logged = capfd.readouterr().err
    tables = [
        name
        for (name,) in reader.rows(
            "SELECT table_name::text FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
    ]
    stored = [name for name in tables if reader.rows(f"SELECT FROM \"{name}\" t WHERE t::text ~ '(ana|bob)@example'")]

    assert "subscription-not-mailed" in logged and "@example.org" not in logged
    assert stored == [] and "subscription" in tables


def test_a_mail_server_that_is_down_loses_and_repeats_nothing(reader: Reader) -> None:
    """Red while it is down, and green again before it is up: one mail says both, and what holds when it is sent."""
    reader.subscribe()
    reader.sink.stop()
    reader.level(4, 341.0)
    reader.level(7, 341.0)
    for _ in range(5):
        reader.later(2)
    reader.level(20, 330.0)
    reader.sink.start()
    reader.mailer.close()
    reader.mailer = reader.another()
    for _ in range(8):
        reader.later(2, assessed=True)

    assert len(reader.told()) == 1
    body = reader.sink.letters[-1][1]
    assert "Red: the highest warning level, danger" in body and "How the state changed:" in body


def test_no_green_is_mailed_of_a_dam_that_nobody_sees(reader: Reader) -> None:
    """Green came back while the mail server was down, and then nobody looked: the mail says that it is not known."""
    reader.subscribe()
    reader.level(4, 341.0)
    reader.level(7, 341.0)
    reader.sink.stop()
    reader.later(0)
    reader.level(20, 330.0)
    reader.sink.start()
    reader.later(30)

    assert [subject for _, subject in reader.told()] == [BLIND]
    assert "No warning. " not in reader.sink.letters[-1][1].partition("How the state changed")[0]


def test_what_gets_no_worse_waits_ten_minutes(reader: Reader) -> None:
    """A level that flutters sends few mails, and red never waits."""
    reader.subscribe()
    for at in range(2, 12, 2):
        reader.level(at, 338.5)
        reader.later(0)
        reader.level(at + 1, 330.0)
        reader.later(0)
    calm = len(reader.told())
    reader.level(14, 341.0)
    reader.level(17, 341.0)
    reader.later(0)

    assert calm <= 2 and reader.told()[-1] == (ANA, RED)


def test_two_mailers_tell_it_once(reader: Reader) -> None:
    """Two ingest processes side by side, as with one that took the place of a killed one."""
    reader.subscribe()
    reader.level(4, 341.0)
    reader.level(7, 341.0)
    second = reader.another()
    second.round()
    reader.later(0)
    second.round()
    second.close()

    assert reader.told() == [(ANA, RED)]


def test_a_drill_mails_nobody(reader: Reader, tmp_path: Path) -> None:
    """Whatever its settings say: no form, no mail; and the way of a drill refuses the address all the same."""
    file = tmp_path / "mail.url"
    file.write_text(mail_url(reader.sink))
    file.chmod(0o600)
    reader.subscribe()
    drill = outgoing(file, Pages(PAGES, KEY), is_drill=True)
    mailer = SubscriptionMailer(reader.database.conninfo("tailwatch_ingest"), by_pager("127.0.0.1:9"), drill)
    reader.level(4, 341.0)
    reader.level(7, 341.0)
    mailer.round()
    mailer.close()
    page = reader.web.get("/public/f/vale").text

    assert reader.told() == [] and "No mail can be had here" in page and 'name="address"' not in page
    assert reader.ask("bob@example.org").status_code == 422 and len(reader.rows()) == 1
    assert "this is a drill" in by_pager("127.0.0.1:9")(f"{mail_url(reader.sink)}&to={ANA}", "RED", "body")
    assert outgoing(file, Pages(PAGES, KEY), is_drill=False).url == mail_url(reader.sink)


def test_the_list_tells_of_each_site_in_the_language_of_who_asked(reader: Reader) -> None:
    """In Spanish, with Spanish words; that a site closes its page is told too, and not taken for calm."""
    reader.subscribe(where="region", lang="es")
    reader.level(4, 341.0)
    reader.level(7, 341.0)
    reader.later(0)
    version_2 = WATCHED + PUBLIC
    private = version_2.replace("public = true", "public = false", 1).partition("[facility.disclosure]")[0]
    reader.dam.apply(private.replace("version = 2\n", "version = 3\n", 1))
    reader.later(11, assessed=True)
    gone = reader.web.get("/public/f/vale").status_code
    reader.dam.apply(version_2.replace("version = 2\n", "version = 4\n", 1))
    (_, red), (_, closed) = reader.told()

    assert red == "Vale do Sino: Rojo: el nivel de aviso más alto, peligro"
    assert "ya no tiene página pública" in reader.sink.letters[-1][1]
    assert closed.startswith("Vale do Sino: No publicado") and (gone, reader.rows()) == (404, [(None, "", "es")])


def test_who_came_while_nothing_was_published_is_told_the_state_and_no_past(reader: Reader) -> None:
    """Red and green twice, then the operator publishes no state, and somebody asks for news: published again, the mail
    has the one state that holds and since when, not what had been before he came."""
    for begins in (4, 20):
        for at, level_m in ((begins, 341.0), (begins + 3, 341.0), (begins + 6, 330.0)):
            reader.level(at, level_m)
    closed = (WATCHED + PUBLIC).replace("public = true", "public = false", 1)
    reader.dam.apply(closed.replace("version = 2\n", "version = 5\n", 1))
    reader.later(1, assessed=True)
    reader.subscribe()
    reader.dam.apply((WATCHED + PUBLIC).replace("version = 2\n", "version = 6\n", 1))
    reader.later(11, assessed=True)
    ((_, told),) = reader.sink.letters[1:]

    assert reader.told() == [(ANA, GREEN)]
    assert told.count(": No warning") == 2 and "Red" not in told


def test_an_address_that_takes_nothing_for_a_week_is_forgotten(reader: Reader) -> None:
    """Others get their mail meanwhile; where nobody gets any, the server is down, and nobody is lost."""
    reader.subscribe("bob@example.org")
    reader.subscribe()
    reader.sink.refused.update({ANA, "bob@example.org"})
    reader.level(4, 341.0)
    reader.level(7, 341.0)
    for _ in range(3):
        reader.later(8 * 24 * 60)
    both = len(reader.rows())
    reader.sink.refused.remove("bob@example.org")
    for _ in range(4):
        reader.later(60)

    assert both == 2 and len(reader.rows()) == 1
    assert [to for to, _ in reader.told()] == ["bob@example.org"]


def test_a_mail_server_that_cannot_be_used_is_said_at_the_start(tmp_path: Path) -> None:
    """No mail server, one with a reader in it, links without a key: each is refused with the file; none is none."""
    pages, file = Pages(PAGES, KEY), tmp_path / "mail.url"
    for text, given in (("tgram://bot/chat", pages), ("mailto://h?to=a@b.org", pages), ("mailto://h", Pages(PAGES))):
        file.write_text(text)
        file.chmod(0o600)
        with pytest.raises(BadSettings, match=r"mail\.url"):
            outgoing(file, given, is_drill=False)
    assert outgoing(None, pages, is_drill=False).fingerprint() is None


def test_who_sends_many_addresses_waits(reader: Reader, tmp_path: Path) -> None:
    """Of one line three an hour where the setting says three; then 429 with the time to wait, and nothing stored."""
    server = api(tmp_path, reader.database, 3)
    try:
        with httpx.Client(base_url=server.url, timeout=120) as flood:
            found = [flood.post("/public/f/vale/mail", data={"address": f"a{one}@example.org"}) for one in range(5)]
    finally:
        server.stop()

    assert [one.status_code for one in found] == [200, 200, 200, 429, 429]
    assert int(found[-1].headers["retry-after"]) > 60 and len(reader.rows()) == 3
