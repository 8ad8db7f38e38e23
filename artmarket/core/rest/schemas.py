"""Bases of the apps' schemas: input is strict, an unknown name is an error and not forgotten."""

from ninja import Schema
from pydantic import ConfigDict


class Input(Schema):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class Output(Schema):
    """What a client gets."""
