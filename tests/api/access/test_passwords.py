"""What a password must be (NIST SP 800-63B-4, second draft, section 3.1.1.2), and how one is checked."""

import asyncio
import subprocess
import sys

import pytest

from api.access import passwords
from api.access.passwords import BadPassword, Passwords, check, hashed

ANA = ("ana.silva", "Ana Sofia Silva", "vale Vale Tailings Dam")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("fourteen chars", "too-short"),
        ("blue lamp " * 21, "too-long"),
        ("iloveyouforever", "common"),  # iloveyou and forever stand on the lists of zxcvbn, as the next ones do
        ("qwertyuiop123456", "common"),
        ("123456789012345", "common"),
        ("passwordpassword", "guessable"),
        ("aaaaaaaaaaaaaaaaaaaa", "guessable"),
        ("abcdefghijklmnopqrstuvwxyz", "guessable"),
        ("Ana Silva 1984!!", "own-words"),
        ("ana.silva.ana.silva", "own-words"),
        ("ValeTailingsDam1", "own-words"),
        ("tailwatch-TAILWATCH-1", "own-words"),
    ],
)
def test_what_who_guesses_tries_first_is_refused(password: str, reason: str) -> None:
    """Each with the reason and with what to do, and never with the password."""
    with pytest.raises(BadPassword) as refused:
        check(password, ANA)

    assert refused.value.reason == reason
    assert "Use several words" in str(refused.value) and password not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",  # xkcd.com/936
        "all lower case and no digit",
        "zwölf müde Störche überm Öltank",
        "J7f$kd92-mQx_w4zP",
        "Silva keeps seven grumpy parrots",  # an own word beside enough others
    ],
)
def test_nothing_else_is_asked_for(password: str) -> None:
    """No digits, signs or capitals: 'SHALL NOT impose other composition rules'."""
    check(password, ANA)


def test_the_whole_password_counts_however_a_keyboard_composes_it() -> None:
    """One letter more is another password; an umlaut of one or of two characters is the same (NFKC)."""
    stored = hashed("zwölf müde Störche")
    salt, own = stored.rpartition("$")[0], Passwords()

    def proof(password: str) -> str:
        return asyncio.run(own.proof(password, salt))

    assert proof("zwo\u0308lf mu\u0308de Sto\u0308rche") == stored
    assert proof("zwölf müde Störchen") != stored
    assert proof("zwölf müde Störche".ljust(passwords.MAX_LENGTH + 1)) == ""


def test_the_proof_is_what_argon2_itself_makes() -> None:
    """The hash of an attempt with the stored salt is the stored one: argon2-cffi's own check agrees on both."""
    stored = hashed("correct horse battery staple")
    right = asyncio.run(Passwords().proof("correct horse battery staple", stored.rpartition("$")[0]))
    wrong = asyncio.run(Passwords().proof("correct horse battery stapler", stored.rpartition("$")[0]))

    assert passwords._hasher.verify(right, "correct horse battery staple") and right == stored
    assert passwords._hasher.verify(wrong, "correct horse battery stapler") and wrong != stored
    assert asyncio.run(Passwords().proof("correct horse battery staple", None)) == ""


def test_the_lists_are_loaded_by_who_sets_a_password() -> None:
    """A server that starts, and a command that does not ask for a password, do without their 15 MB."""
    code = "import sys, tailwatch.api, tailwatch.commands.user; sys.exit('zxcvbn' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
