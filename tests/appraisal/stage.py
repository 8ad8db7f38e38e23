"""Puts the people of a case on a running platform, for the browser: `python -m tests.appraisal.stage`.

Reads a line of JSON from its input, writes one to its output; the database is that of the
environment. `{"do": "people", "experts": 3}` makes an artist with a registered work, two
registrars and confirmed experts; all have the password of `tests.factories` and addresses of the
demonstration, so that nobody needs a second factor. `{"do": "signed"}` makes a case with a signed
result and a dissenting opinion.
"""

import itertools
import json
import os
import sys
import time

import django


def people(experts: int = 3) -> dict:
    """Who meets in a case; the work is registered and public."""
    from artmarket.core.demo import DOMAIN
    from tests.appraisal import stages
    from tests.catalog.factories import registered
    from tests.factories import UserFactory

    serial = itertools.count(time.time_ns())

    def somebody(role: str, name: str):
        return UserFactory(
            email=f"{role}{next(serial)}@{DOMAIN}", display_name=name, second_factor=False,
            **{role: True},
        )  # fmt: skip

    artist = somebody("artist", "潘子山")
    work = registered(artist)
    registrars = [somebody("registrar", name) for name in ("韩登记", "孟复核")]
    names = ("郭一清", "牟二水", "谭三木", "安四石", "丁五云")[:experts]
    found = [stages.appraiser(user=somebody("appraiser", name)) for name in names]
    return {
        "work": work.pk, "number": work.number, "artist": artist.email,
        "maker": str(work.attributions.first().artist_id),
        "registrars": [user.email for user in registrars],
        "experts": [{"name": row.name, "email": row.user.email, "key": row.pk} for row in found],
    }  # fmt: skip


def signed() -> dict:
    """A signed result of three experts, one of whom disagrees."""
    from tests.appraisal import stages

    case = stages.signed(terms=("autograph", "autograph", "300404282"))
    return {"case": case.pk, "number": case.number, "work": case.work.number}


def _begin_counting_anew() -> None:
    """Names of this process must not meet those of an earlier one in the same database."""
    from tests import factories as people_factories
    from tests.appraisal import stages
    from tests.catalog import factories as works

    base = time.time_ns() // 1000
    people_factories.UserFactory.reset_sequence(base)
    works.ImageFactory.reset_sequence(base)
    works._serial = stages._serial = itertools.count(base)


def main() -> None:
    """Do what the input asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artmarket.settings.local")
    django.setup()
    _begin_counting_anew()
    asked = json.loads(sys.stdin.readline())
    answer = {"people": people, "signed": signed}[asked.pop("do")](**asked)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
