"""Certificates as W3C Verifiable Credentials 2.0: make, sign, check, revoke.

Proof suite `eddsa-jcs-2022`, status by Bitstring Status List. Registry rules, section 6.
"""

from appraisal.engine.credentials.canonical import canonical, read_json
from appraisal.engine.credentials.certificate import (
    AuthorConfirmation,
    CertificateContent,
    Dimension,
    Edition,
    IdentityLock,
    PanelOpinion,
    Picture,
    StatusPlace,
    Tag,
    build_certificate,
    digest_of,
    kind_of,
    standard_statement,
)
from appraisal.engine.credentials.checking import (
    Answer,
    Finding,
    Question,
    Verdict,
    Verification,
    is_proven,
    verify,
)
from appraisal.engine.credentials.errors import CredentialRefused
from appraisal.engine.credentials.form import check_form, context_document
from appraisal.engine.credentials.proof import public_key_from, sign
from appraisal.engine.credentials.status import (
    Purpose,
    blank,
    build_status_list,
    changed,
    decode_list,
    encode_list,
    is_set,
    status_entry,
)
from appraisal.engine.credentials.trusted import (
    TrustedKey,
    did_document,
    did_web_address,
    read_keys,
)

__all__ = [
    "Answer",
    "AuthorConfirmation",
    "CertificateContent",
    "CredentialRefused",
    "Dimension",
    "Edition",
    "Finding",
    "IdentityLock",
    "PanelOpinion",
    "Picture",
    "Purpose",
    "Question",
    "StatusPlace",
    "Tag",
    "TrustedKey",
    "Verdict",
    "Verification",
    "blank",
    "build_certificate",
    "build_status_list",
    "canonical",
    "changed",
    "check_form",
    "context_document",
    "decode_list",
    "did_document",
    "did_web_address",
    "digest_of",
    "encode_list",
    "is_proven",
    "is_set",
    "kind_of",
    "public_key_from",
    "read_json",
    "read_keys",
    "sign",
    "standard_statement",
    "status_entry",
    "verify",
]
