"""What the tests of the API share: callers with tokens, and JSON in and out."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from artmarket.api.engine import tokens as engine
from artmarket.api.models import Token
from artmarket.core.rest.scopes import Scope

ALL = tuple(Scope.values)


def token_for(person, role: str = "", *, scopes=ALL, organisation=None, days: int = 30) -> str:
    """A token of this person, straight into the database."""
    secret = engine.make_token()
    Token.objects.create(
        owner=person, role=role, organisation=organisation, name="test",
        digest=engine.digest_of(secret), start=secret[: engine.SHOWN], scopes=list(scopes),
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    return secret


class Caller:
    """A program: sends JSON, with a token or without."""

    def __init__(self, token: str = "", language: str = "") -> None:
        self.client = Client(raise_request_exception=True)
        self.headers = {"Accept-Language": language} if language else {}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str):
        address = path if path.startswith("/") else f"/api/v1/{path}"
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        sent = {"headers": self.headers | named}
        if body is not None:
            sent |= {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.generic(
            method, address, **({"data": sent.pop("data")} if "data" in sent else {}), **sent
        )

    def get(self, path: str, **headers: str):
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str):
        return self("POST", path, body, **headers)


def caller_for(person, role: str = "", **more) -> Caller:
    """A program with a token of this person."""
    return Caller(token_for(person, role, **more))


@pytest.fixture
def anyone() -> Caller:
    return Caller()
