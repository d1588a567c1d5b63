"""The certificate of the broker ends soon, or cannot be read.

Source: our own rule and figure.
"""

import errno
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from cryptography import x509

from ingest.alarms.equipment_rules import EquipmentFault, Inspection, coded

SOON: Final = timedelta(days=30)


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Look at the file by which ingest knows the broker."""
    file = inspection.centre.certificate
    if file is None:
        return
    try:
        ends = x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, "EIO")
        yield from inspection.everywhere(coded("certificate-unreadable", file=file.name, error=code))
        return
    except ValueError:
        yield from inspection.everywhere(coded("certificate-unreadable", file=file.name, error="not-a-certificate"))
        return
    if ends - inspection.now < SOON:
        yield from inspection.everywhere(coded("certificate-ends", file=file.name, day=f"{ends:%Y-%m-%d}"))
