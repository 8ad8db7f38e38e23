"""When a session was last seen, written every few minutes only: most requests cost nothing."""

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

SEEN = "seen_at"
EVERY_SECONDS = 300


def mark_seen(request: HttpRequest) -> None:
    """Note the time in the session itself, which is read anyway."""
    request.session[SEEN] = int(time.time())


class SessionActivityMiddleware:
    """Keep the list of sessions up to date for those that began at the account pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.session.get(SEEN)
        if seen and time.time() - seen >= EVERY_SECONDS and request.user.is_authenticated:
            mark_seen(request)
            UserSession.objects.create_from_request(request)
        return self.get_response(request)
