"""Numbers of persons and enterprises, read and judged without a database."""

from .numbers import (
    DOCUMENT_KINDS,
    DocumentKind,
    IdNumber,
    NumberProblem,
    masked,
    read_credit_code,
    read_document_number,
    read_id_number,
)

__all__ = [
    "DOCUMENT_KINDS",
    "DocumentKind",
    "IdNumber",
    "NumberProblem",
    "masked",
    "read_credit_code",
    "read_document_number",
    "read_id_number",
]
