"""The seal of an installation under a PDF: whoever opens it sees that no byte has changed since it was made here.

A PAdES signature (ETSI EN 319 142-1, profile B-B; secondary: by the documentation of pyHanko, which makes it). The
certificate is the installation's own unless the operator gives one of a trust service; who trusts it compares the
fingerprint.
"""

import io
from typing import Any, Final

from asn1crypto import keys
from asn1crypto import x509 as certificates
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from api.statements.seal import Seal

FIELD: Final = "Seal"


def sealed(pdf: bytes, seal: Seal, reason: str) -> bytes:
    """Return the PDF with the seal behind it; what it was before is not touched."""
    signer = signers.SimpleSigner(
        signing_cert=certificates.Certificate.load(seal.certificate),
        signing_key=keys.PrivateKeyInfo.load(seal.key),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    how = signers.PdfSignatureMetadata(
        field_name=FIELD, reason=reason, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    out: Any = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), how, signer=signer)
    return bytes(out.getvalue())
