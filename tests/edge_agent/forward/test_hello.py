"""The hello of a gateway: when it is said, which answer counts, and what a centre that is too old means."""

import pytest

from codec import hello
from codec.batch_ack import BatchAck
from codec.hello import Hello, Reply
from edge_agent.forward.hello import CentreHello
from wire import topics

NOT_FREED = "the centre understands protocol 1 to 2, this agent speaks 3: nothing is freed until the centre is upgraded"


class Centre:
    """A broker that takes all; the clock is passed in."""

    def __init__(self, spoken: int) -> None:
        self.sent: list[Hello] = []
        self.lines: list[str] = []
        self.hello = CentreHello(
            ("vale", "gw1"),
            self._publish,
            lambda session: Hello(session, spoken, "0.3.0", "9f3a01bc", configuration="hash", approvals=""),
            lambda level, event, **fields: self.lines.append(f"{level} {event} {fields}"),
            spoken=spoken,
            again_s=60.0,
        )

    def _publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> bool:
        assert (topic, qos, retain) == (topics.agent_hello("vale", "gw1"), 0, False)
        self.sent.append(hello.decode_hello(payload))
        return True

    def answer(self, now_s: float, newest: int = 2, session: int | None = None) -> Reply | None:
        number = self.sent[-1].session if session is None else session
        reply = Reply(number, 1, newest, "0.2.0", BatchAck("9f3a01bc", 4), configuration="hash", approvals="")
        self.hello.heard(hello.encode(reply))
        return self.hello.take(now_s)


def said_at(centre: Centre, session: int, until_s: int, from_s: int = 0) -> list[int]:
    """The seconds at which it says hello."""
    return [now_s for now_s in range(from_s, until_s) if centre.hello.say(session, float(now_s))]


def test_it_is_said_at_each_connect_and_again_while_nobody_answers() -> None:
    """After 5, 10, 20 ... s, at most every ten minutes: a centre of before hellos never answers."""
    centre = Centre(spoken=2)

    assert said_at(centre, 1, 2600) == [0, 5, 15, 35, 75, 155, 315, 635, 1235, 1835, 2435]
    assert said_at(centre, 2, 2700, from_s=2600) == [2600, 2605, 2615, 2635, 2675]
    assert centre.hello.is_understood


def test_an_answer_ends_it_until_the_next_connect() -> None:
    """The answer to the newest hello counts, once; any other is none."""
    centre = Centre(spoken=2)
    centre.hello.say(1, 0.0)

    assert centre.answer(1.0, session=(centre.sent[-1].session + 1) % 2**31) is None
    reply = centre.answer(1.0)
    assert reply is not None and reply.ack == BatchAck("9f3a01bc", 4)
    assert centre.answer(1.0) is None
    assert said_at(centre, 1, 5000, from_s=2) == [] and said_at(centre, 2, 5001, from_s=5000) == [5000]


def test_a_centre_that_is_too_old_is_told_and_asked_again_until_it_is_upgraded() -> None:
    """The log says once who must be upgraded; asked each `again_s`, and once more told when it understands."""
    centre = Centre(spoken=3)
    centre.hello.say(1, 0.0)
    centre.answer(1.0)
    assert not centre.hello.is_understood
    assert said_at(centre, 1, 62, from_s=1) == [61]
    centre.answer(62.0)
    centre.hello.say(1, 122.0)
    centre.answer(123.0, newest=3)

    assert centre.hello.is_understood
    assert [line.split(" {")[0] for line in centre.lines] == [
        "ERROR centre-does-not-understand",
        "INFO centre-understands",
    ]
    assert NOT_FREED in centre.lines[0]


@pytest.mark.parametrize("payload", [b"", b"{}", b"rubbish", b"\xff"])
def test_what_is_no_answer_changes_nothing(payload: bytes) -> None:
    """It may come from anybody who may write there."""
    centre = Centre(spoken=2)
    centre.hello.say(1, 0.0)
    centre.hello.heard(payload)

    assert centre.hello.take(1.0) is None and centre.hello.reply is None
