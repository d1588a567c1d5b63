"""The server by which mail to the public goes out, and the links in it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from ingest.notifications import BadAddress, url_policy
from ingest.notifications.links import Pages
from runtime import sealed_address
from runtime.secrets import read_secret
from runtime.settings import BadSettings
from runtime.signed_link import SignedLink, sign

CONFIRM: Final = "confirm"
LEAVE: Final = "leave"
"""What a link in a mail does, as the api reads it."""
CONFIRMS_WITHIN: Final = timedelta(hours=48)
ALWAYS_S: Final = 99_999_999_999
"""Who wants no more mail has a link for it that never ends."""


class Outgoing(msgspec.Struct, frozen=True):
    """A mail server as apprise writes it, without who gets the mail, and the pages; url '': no mail goes out."""

    url: str
    pages: Pages

    def to(self, sealed: bytes) -> str:
        """Return the whole address for somebody; raises BadSeal."""
        address = sealed_address.opened(self.pages.key, sealed)
        return f"{self.url}{'&' if '?' in self.url else '?'}to={quote(address)}"

    def fingerprint(self) -> bytes | None:
        """Return the mark of the key that seals addresses here; None: no mail goes out."""
        return sealed_address.fingerprint(self.pages.key) if self.url else None

    def confirm_link(self, subscription: int, invited_at: datetime, language: str) -> str:
        """Return the address that confirms, good for two days."""
        return self._link(CONFIRM, subscription, int((invited_at + CONFIRMS_WITHIN).timestamp()), language)

    def leave_link(self, subscription: int, language: str) -> str:
        """Return the address by which somebody leaves."""
        return self._link(LEAVE, subscription, ALWAYS_S, language)

    def headers(self, subscription: int, language: str) -> dict[str, str]:
        """Return the headers by which a mail program offers to leave with one click (RFC 8058, section 3.1)."""
        return {
            "List-Unsubscribe": f"<{self.leave_link(subscription, language)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        }

    def _link(self, action: str, subscription: int, expires_s: int, language: str) -> str:
        text = sign(self.pages.key, SignedLink(action, subscription, 0, expires_s))
        return f"{self.pages.url}/public/mail/{text}?lang={language}"


def outgoing(file: Path | None, pages: Pages, *, is_drill: bool) -> Outgoing:
    """Read the mail server from its file; a drill mails nobody. Raises BadSettings."""
    if file is None or is_drill:
        return Outgoing("", pages)
    url = read_secret(file)
    if not pages.url or not pages.key:
        raise BadSettings(file, "mail to the public has links: give pages_url and link_key_file too")
    try:
        url_policy.check_form(f"{url}{'&' if '?' in url else '?'}to=a@example.org")
    except BadAddress as error:
        raise BadSettings(file, f"no mail server: {error}") from error
    parts = urlsplit(url)
    if parts.scheme.lower() not in url_policy.MAIL or "to" in parse_qs(parts.query):
        raise BadSettings(file, "a mail server is written as mailtos://user:password@host?from=address, without `to`")
    return Outgoing(url, pages)
