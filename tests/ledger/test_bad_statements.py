"""Files that are no statement: refused in words, nothing booked, whatever they hold."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from artmarket.ledger.models import Entry, StatementLine
from artmarket.ledger.statement_files import BadStatement, read_statement

pytestmark = pytest.mark.django_db
HEAD = "记账日期,金额,对方户名,附言,流水号\n"
GOOD = "2026-11-02,12.00,甲,货款,L1\n"
BAD = {
    "empty": b"",
    "only a head": HEAD.encode(),
    "no head": GOOD.encode(),
    "not text": HEAD.encode() + b"2026-11-02,12.00,\x00,a,L2\n",
    "UTF-16": (HEAD + GOOD).encode("utf-16"),
    "an amount beyond figures": (HEAD + GOOD + "2026-11-02,1e999999,乙,b,L3\n").encode(),
    "an amount that is none": (HEAD + "2026-11-02,sNaN,乙,b,L3\n").encode(),
    "a cell without an end": (HEAD + '2026-11-02,1.00,"' + "长" * 200_000).encode(),
    "a day that is none": (HEAD + "2026-02-30,1.00,乙,b,L4\n").encode(),
    "a page": b"<!doctype html><html><body>bank</body></html>",
    "entities": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Document>&b;</Document>',
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_words_and_books_nothing(client, operator, name):
    client.force_login(operator)
    file = SimpleUploadedFile("statement.csv", BAD[name])
    answer = client.post(reverse("payments:statements"), {"file": file})
    if name == "only a head":
        assert answer.status_code == 302  # a quiet day
    else:
        assert answer.status_code == 422
    assert not StatementLine.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("name", ["not text", "UTF-16", "a cell without an end"])
def test_what_is_no_text_is_no_statement(name):
    with pytest.raises(BadStatement):
        read_statement(BAD[name])


def test_words_that_are_too_long_are_cut_and_booked(client, operator):
    client.force_login(operator)
    line = f"2026-11-02,12.00,{'甲' * 400},{'长' * 900},{'9' * 300}\n"
    for _n in range(2):
        file = SimpleUploadedFile("statement.csv", (HEAD + line).encode())
        assert client.post(reverse("payments:statements"), {"file": file}).status_code == 302
    assert StatementLine.objects.get().result == "to_review"
    assert Entry.objects.count() == 1
