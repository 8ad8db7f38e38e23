"""One reading of a chip sent twice at once is believed once; one tag goes on one work."""

import pytest

from appraisal.engine.taps import tap_code
from appraisal.enums import TapResult
from appraisal.models import TagBinding, TagReading
from appraisal.services.tags import (
    NewTag,
    TapWords,
    add_tag,
    attach_tag,
    confirm_binding,
    make_labels,
    read_chip,
)
from artmarket.core.errors import WrongState
from tests.catalog.factories import ImageFactory, person, registered
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401 - what works are made of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CHIP, KEY, ROUNDS = "04DE5F1EACC040", "11" * 16, 5


def attaching(actor, tag, work):
    picture = ImageFactory(uploaded_by=actor)
    return lambda: attach_tag(
        actor=actor, tag_id=tag.pk, work_id=work.pk, place="背面", photograph=picture
    )


def test_one_reading_is_believed_once():
    registrar = person("registrar")
    tag = add_tag(actor=registrar, tag=NewTag("nfc", CHIP, code_key=KEY))
    binding = attaching(registrar, tag, registered())()
    confirm_binding(actor=person("registrar"), binding_id=binding.pk)
    for counter in range(1, ROUNDS + 1):
        code = tap_code(bytes.fromhex(KEY), number=CHIP, counter=counter)
        words = TapWords(code=code, number=CHIP, counter=f"{counter:06X}")
        results = race(*[lambda words=words: read_chip(token=tag.token, words=words)] * 4)
        assert sorted(results) == [TapResult.BELIEVED] + [TapResult.REPLAYED] * 3
        assert TagReading.objects.count() == counter


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_tag_attached_twice_at_once_is_on_one_work(_round):
    registrar = person("registrar")
    (tag,) = make_labels(actor=registrar, count=1)
    calls = [attaching(registrar, tag, registered()) for _nth in range(4)]
    results = race(*calls)
    assert sum(isinstance(r, TagBinding) for r in results) == 1
    assert sum(isinstance(r, WrongState) for r in results) == 3
    assert TagBinding.objects.count() == 1
