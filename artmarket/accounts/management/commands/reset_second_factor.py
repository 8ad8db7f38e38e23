"""Take away the second factors of a person who lost them all; for an operator without another."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from artmarket.accounts.models import User
from artmarket.accounts.services.security import reset_factors
from artmarket.core.errors import DomainError


class Command(BaseCommand):
    help = (
        "Remove all second factors of an account and end its sessions; its owner is told by mail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="kept in the event log")

    def handle(self, *args: Any, email: str, reason: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"no account {email}")
        try:
            reset_factors(actor=None, user=user, reason=reason)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{user.email}: no second factor any more, all sessions ended")
