"""Tests of sealed addresses: opened with the key alone, found again by digest, and only what mail can be sent to."""

from email.headerregistry import Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime import sealed_address
from runtime.sealed_address import BadSeal

KEY, OTHER = b"k" * 40, b"o" * 40


def test_the_key_opens_it_and_no_other() -> None:
    """Sealed twice it looks different, so nobody sees which are equal; another key, or a changed bit, opens none."""
    sealed, again = (sealed_address.seal(KEY, "ana@example.org") for _ in range(2))
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])

    assert sealed_address.opened(KEY, sealed) == sealed_address.opened(KEY, again) == "ana@example.org"
    assert sealed != again and b"ana" not in sealed
    for key, text in ((OTHER, sealed), (KEY, changed), (KEY, b""), (KEY, sealed[:11])):
        with pytest.raises(BadSeal):
            sealed_address.opened(key, text)


def test_a_digest_finds_the_same_mailbox_under_the_same_key() -> None:
    """In whatever case it is typed; another key has another digest and another mark."""
    assert sealed_address.digest(KEY, "Ana@Example.org") == sealed_address.digest(KEY, "ana@example.org")
    assert sealed_address.digest(KEY, "ana@example.org") != sealed_address.digest(OTHER, "ana@example.org")
    assert sealed_address.fingerprint(KEY) != sealed_address.fingerprint(OTHER)


@settings(deadline=None, max_examples=40)
@given(st.one_of(st.emails(), st.text(alphabet='ab.@-,;<>" \r\n\u00e9\u202e', max_size=40)))
def test_what_passes_is_one_address_as_the_standard_library_reads_it(text: str) -> None:
    """email.headerregistry reads the same address of it, with no sign that ends a header or begins another address."""
    if sealed_address.is_address(text):
        assert Address(addr_spec=text).addr_spec == text
        assert text.isascii() and text.isprintable() and not set(' ,;<>"()') & set(text)


@pytest.mark.parametrize("text", ["ana@example.org", "a.b+c@mail.example.co.uk", "x@a-b.example"])
def test_usual_addresses_pass(text: str) -> None:
    """With dots, a plus, several labels."""
    assert sealed_address.is_address(text)
