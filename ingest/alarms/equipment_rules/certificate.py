"""The certificate of the broker ends soon, or cannot be read.

Source: our own rule and figure.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from cryptography import x509

from ingest.alarms.equipment_rules import Fault, Inspection

SOON: Final = timedelta(days=30)


def find(inspection: Inspection) -> Iterator[Fault]:
    """Look at the file by which ingest knows the broker."""
    file = inspection.centre.certificate
    if file is None:
        return
    try:
        ends = x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        yield from inspection.everywhere(f"Certificate {file.name} cannot be read: {error}")
        return
    if ends - inspection.now < SOON:
        yield from inspection.everywhere(f"Certificate {file.name} ends {ends:%Y-%m-%d}")
