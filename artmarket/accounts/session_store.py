"""Sessions in the database, as Django keeps them, read with a statement that is made once.

Every request of somebody signed in reads one; making the SQL cost more than the answer.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from artmarket.core.statements import Compiled


class SessionStore(db.SessionStore):
    """Django's store; only the way of reading is another."""

    def _get_session_from_db(self) -> Any:
        if self.session_key:
            for session in _sessions(key=self.session_key):
                if session.expire_date > timezone.now():
                    return session
        self._session_key = None  # as Django does: a key that nobody gave out is not kept
        return None


_sessions = Compiled(Session, lambda key: Session.objects.filter(pk=key))
