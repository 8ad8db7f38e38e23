"""The lender's pages as a person walks them: addresses, posts, words, the queries of a page."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.auctions.pages import text_of


def at(name, *args) -> str:
    return reverse(f"pledges:{name}", args=args)


def signed_in(user) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def see(user, name, *args, status=200, **query) -> str:
    """The words of a page."""
    answer = signed_in(user).get(at(name, *args), query)
    assert answer.status_code == status, (answer.status_code, text_of(answer)[:600])
    return text_of(answer)


def do(user, what, name, *args, prefix=None, **fields):
    """Send one of the forms of a page; the fields get its prefix."""
    prefix = what if prefix is None else prefix
    data = {f"{prefix}-{key}" if prefix else key: value for key, value in fields.items()}
    return signed_in(user).post(at(name, *args), data | ({"do": what} if what else {}))


def queries(user, name, *args, **query) -> int:
    """How many queries a page needs, after what is kept in the process was read once."""
    client = signed_in(user)
    client.get(at(name, *args), query)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(at(name, *args), query).status_code == 200
    return len(seen)
