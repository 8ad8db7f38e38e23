"""Puts certificates on the stage of a running platform: `python -m tests.appraisal.certificate_stage`.

Reads a line of JSON from its input, writes one to its output; the database is that of the
environment. `{"do": "certify"}` locks a registered, public work of the demonstration district,
`{"do": "revoke", "number": "ZS-…", "reason": "…"}` revokes, `{"do": "paper", "number": …}` draws.
"""

import base64
import itertools
import json
import os
import sys
import time

import django


def certify(work: int | None = None) -> dict:
    """A 锁定 of a work with pictures that has none yet; the file, and the number."""
    from appraisal.models import Certificate
    from appraisal.services.issuing import issue_lock, require_certifiable
    from artmarket.core.errors import DomainError
    from catalog.models import Work
    from tests.appraisal.certified import with_key
    from tests.catalog.factories import person

    with_key()
    works = Work.objects.filter(state="registered", is_public=True, photos__isnull=False)
    if work:
        works = works.filter(pk=work)
    free = works.exclude(certificates__in=Certificate.objects.live()).distinct().order_by("pk")
    for candidate in free:
        try:
            require_certifiable(candidate)
        except DomainError:
            continue
        made = issue_lock(actor=person("registrar"), work_id=candidate.pk)
        return {
            "number": made.number, "text": made.document, "work": candidate.pk,
            "registry": candidate.number, "title": candidate.title, "digest": made.digest,
        }  # fmt: skip
    raise SystemExit("no work can be certified")


def revoke(number: str, reason: str) -> dict:
    """Revoke it; the year of the moment."""
    from appraisal.models import Certificate
    from appraisal.services.certificate_states import revoke as take_back
    from tests.catalog.factories import person

    row = take_back(
        actor=person("registrar"),
        certificate_id=Certificate.objects.get(number=number).pk,
        reason=reason,
    )
    return {"year": row.state_since.year}


def paper(number: str) -> dict:
    """The PDF, in base64."""
    from appraisal.certificates.shown import certificate_file, certificates, printed

    content = certificate_file(printed(certificates().get(number=number)))
    return {"pdf": base64.b64encode(content).decode()}


def main() -> None:
    """Do what the input asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.local")
    django.setup()
    from tests.catalog import factories as works

    works._serial = itertools.count(time.time_ns() // 1000)
    asked = json.loads(sys.stdin.readline())
    answer = {"certify": certify, "revoke": revoke, "paper": paper}[asked.pop("do")](**asked)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
