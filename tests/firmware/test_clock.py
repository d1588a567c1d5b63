"""The clock: same boot, earlier boot, jumps, and the two epochs of MicroPython's ports. (CPython and VM)"""

from firmware.node.clock import PLAUSIBLE_S, Clock, unix_s

NOW_MS = 1795612418000


def test_both_epochs_give_unix_seconds() -> None:
    """2000-01-01 is 946684800 in Unix seconds (POSIX): the ESP32 port counts from there."""
    assert unix_s(1795612418 - 946684800, 2000) == 1795612418
    assert unix_s(1795612418, 1970) == 1795612418


def test_a_clock_that_was_never_set_is_no_time() -> None:
    """A port that counts from its own epoch after power-on gives none, on either epoch."""
    assert unix_s(12, 2000) is None
    assert unix_s(12, 1970) is None
    assert unix_s(PLAUSIBLE_S, 1970) == PLAUSIBLE_S


def test_no_time_is_invented() -> None:
    """Before the first reply there is none."""
    clock = Clock(3, {2: 1000})

    assert clock.now_ms(5000) is None
    assert clock.resolve(3, 5000) is None


def test_a_reply_sets_the_clock_by_half_the_round_trip() -> None:
    """Asked at 1,000 ms, answered at 1,200: the agent's clock was read 100 ms ago, give or take 100."""
    clock = Clock(1, {})
    clock.ask(7, 1000)

    assert clock.answer(7, NOW_MS, 1200)
    assert clock.now_ms(1200) == NOW_MS + 100
    assert clock.uncertainty_ms == 100


def test_packs_of_this_boot_and_of_an_earlier_one_are_dated() -> None:
    """By the first offset of their boot; a boot that never learned the time stays without."""
    clock = Clock(5, {3: 1700000000000})
    clock.set(NOW_MS, 60000, 0)

    assert clock.resolve(5, 0) == NOW_MS - 60000
    assert clock.resolve(3, 250) == 1700000000250
    assert clock.resolve(4, 250) is None


def test_a_jump_moves_new_packs_and_not_the_old_ones() -> None:
    """Forward a year, back a day: the step is told, what waited keeps the first offset."""
    clock = Clock(1, {})
    clock.set(NOW_MS, 1000, 0)
    for step_ms in (365 * 86400000, -366 * 86400000):
        before_ms = clock.now_ms(2000) or 0
        clock.set(before_ms + step_ms, 2000, 0)
        assert clock.stepped_ms == step_ms

    assert clock.resolve(1, 500) == NOW_MS - 500
    assert clock.now_ms(2000) == NOW_MS + 1000 - 86400000


def test_an_answer_that_comes_after_the_next_question_counts() -> None:
    """By when its own question was asked; one answer settles all, and the ninth question before is forgotten."""
    clock = Clock(1, {})
    for number in range(9):
        clock.ask(number, 100 * number)

    assert not clock.answer(0, NOW_MS, 900)
    assert clock.answer(1, NOW_MS, 900)
    assert (clock.now_ms(900), clock.uncertainty_ms) == (NOW_MS + 400, 400)
    assert not clock.answer(8, NOW_MS, 900)


def test_only_the_answer_to_a_question_counts() -> None:
    """Another nonce, a second answer, a late one, and a time before 2025 change nothing."""
    clock = Clock(1, {})
    clock.ask(7, 0)

    assert not clock.answer(8, NOW_MS, 10)
    assert not clock.answer(7, NOW_MS, 10001)
    assert not clock.answer(7, 1000, 10)
    assert clock.answer(7, NOW_MS, 10) and not clock.answer(7, NOW_MS, 20)


def test_offsets_of_old_boots_are_bounded() -> None:
    """The newest eight are kept."""
    offsets: dict[int, int] = {}
    for boot in range(20):
        Clock(boot, offsets).set(NOW_MS, 0, 0)

    assert sorted(offsets) == list(range(12, 20))


def test_the_newest_setting_survives_sleep() -> None:
    """A woken node goes on with the last reply; packs that waited for the first one keep the first."""
    clock = Clock(1, {})
    clock.set(NOW_MS, 1000, 5)
    clock.set(NOW_MS + 90000, 61000, 7)
    woken = Clock(1, clock.offsets)

    woken.restore(*clock.state())  # type: ignore[arg-type]

    assert woken.now_ms(61000) == NOW_MS + 90000
    assert (woken.resolve(1, 1000), woken.uncertainty_ms, woken.set_at_ms) == (NOW_MS, 7, 61000)
