"""How the pages of appraisal answer a post: a refusal of the rules never becomes a broken page.

What the reader may not do at all stays a refusal (403); what he typed wrongly stands beside the
fields, with the text kept; what somebody did before him is said on the page as it stands now.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def show_on(form: forms.BaseForm, error: DomainError) -> None:
    """Put a refusal beside the fields that it is about, or above the form."""
    fields = error.fields if isinstance(error, Invalid) else {}
    for name, words in fields.items():
        form.add_error(name if name in form.fields else None, str(words))
    faults = error.data.get("faults", ())
    for fault in faults:
        who = f"{fault['who']} " if fault.get("who") else ""
        form.add_error(None, f"{who}{fault['words']}")
    if not fields and not faults:
        form.add_error(None, words_of(error))


def words_of(error: DomainError) -> str:
    """A refusal in one line."""
    faults = [
        " ".join(filter(None, (str(f["who"]), str(f["words"]))))
        for f in error.data.get("faults", ())
    ]
    fields = [str(w) for w in error.fields.values()] if isinstance(error, Invalid) else []
    return " ".join([*faults, *fields] or filter(None, (str(error), str(error.hint))))


def attempt(
    request: HttpRequest, said: Any, call: Callable[[], Any], form: forms.BaseForm | None = None
) -> bool:
    """Do it once and say so. False: it was refused, and the form is to be shown again.

    True also where somebody (or the same click twice) was faster: a message says so, and the page
    is to be opened anew. Raises NotAllowed.
    """
    if form is not None and not form.is_valid():
        return False
    try:
        call()
    except NotAllowed:
        raise
    except WrongState as error:
        messages.warning(request, words_of(error))
        return True
    except DomainError as error:
        if form is None:
            messages.error(request, words_of(error))
        else:
            show_on(form, error)
        return False
    messages.success(request, str(said))
    return True
