"""While a work is pledged no other way moves it, sixteen at once neither; each says its rule.

And at the delivery itself exactly one of sixteen ways wins.
"""

import pytest

from appraisal.models import TagBinding
from appraisal.services.tags import attach_tag, confirm_binding, make_labels, take_off
from artmarket.core.errors import Busy, DomainError, NotAllowed
from auctions.listings.services import offers as listings
from auctions.models import Consignment
from auctions.pledges import citations
from auctions.pledges.models import PledgeItem
from auctions.pledges.services import offers
from auctions.pledges.services.applications import Asked, apply
from auctions.pledges.services.custody import Step, confirm_step, record_departure
from auctions.services.consignments import consign_work
from catalog.models import Encumbrance, TitleEvent, Work
from catalog.services import encumbrances
from catalog.services.editions import mark_destroyed
from catalog.services.registration import merge_works
from catalog.services.title import Share, check_title_event, record_title_event
from tests.auctions.factories import house
from tests.catalog.factories import ImageFactory, person, registered
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401
from tests.concurrency.test_pledge_races import insistent
from tests.listings.factories import seller_of, terms
from tests.pledges import stages

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
EXCLUSIVE = citations.EXCLUSIVE
LOCKS = ("sale", "listing", "pledge", "loan_out", "custody", "dispute")


def taking(work, kind):
    registrar = person("registrar")
    return lambda: encumbrances.take_encumbrance(
        actor=registrar, work_id=work.pk, kind=kind, reference="x"
    )


def listing(work):
    seller = seller_of(work)
    return lambda: listings.open_offer(actor=seller, work_id=work.pk, terms=terms())


def attaching(work, tag):
    registrar = person("registrar")
    picture = ImageFactory(uploaded_by=registrar)
    return lambda: attach_tag(
        actor=registrar, tag_id=tag.pk, work_id=work.pk, place="背面", photograph=picture
    )


def destroying(work):
    registrar = person("registrar")
    return lambda: mark_destroyed(actor=registrar, work_id=work.pk, reason="毁损")


def merging(work):
    registrar, other = person("registrar"), registered(work.created_by)
    return lambda: merge_works(
        actor=registrar, duplicate_id=work.pk, into_id=other.pk, reason="同一件"
    )


def second_pledge(made):
    """Another lender is asked, and offers."""
    other = stages.market()

    def run():
        application = apply(
            actor=made.owner, product_id=other.product.pk, party_id=made.party.pk,
            asked=Asked(made.amount, 12, "周转", [made.work.pk]),
        )  # fmt: skip
        return offers.make_offer(
            actor=other.boss, application_id=application.pk, principal_minor=made.amount // 2,
            months=12,
        )  # fmt: skip

    return run


def title_waits(work):
    """One registrar has recorded a gift; another would check it."""
    event = record_title_event(
        actor=person("registrar"), work_id=work.pk, basis="gift",
        shares=[Share(stages.party_of(person("buyer")))], documents="赠与合同",
    )  # fmt: skip
    second = person("registrar")
    return lambda: check_title_event(actor=second, event_id=event.pk)


def ways(made, binding, tag):
    """Every way to move the work but title, with the rule that each cites ("" where it is a
    permission)."""
    work, seller = made.work, seller_of(made.work)
    of_house = house()
    registrar, stranger = person("registrar"), stages.organisation("museum").staff[0]
    lock = made.item.encumbrance_id
    return {
        # Nobody but the custodian may take the lock of a pledge once a loan holds it.
        **{
            f"lock {kind}": (taking(work, kind), "" if kind == "pledge" else EXCLUSIVE)
            for kind in LOCKS
        },
        "consign": (
            lambda: consign_work(actor=seller, work_id=work.pk, house_id=of_house.pk), EXCLUSIVE,
        ),
        "list": (listing(work), EXCLUSIVE),
        "second pledge": (second_pledge(made), EXCLUSIVE),
        "tag": (attaching(work, tag), EXCLUSIVE),
        "tag confirmed": (
            lambda: confirm_binding(actor=registrar, binding_id=binding.pk), EXCLUSIVE,
        ),
        "tag off": (
            lambda: take_off(actor=registrar, binding_id=binding.pk, reason="换"), EXCLUSIVE,
        ),
        "destroyed": (destroying(work), EXCLUSIVE),
        "merged": (merging(work), EXCLUSIVE),
        "lock off": (
            lambda: encumbrances.release_encumbrance(
                actor=registrar, encumbrance_id=lock, reason="解除"
            ),
            "",
        ),
        "fetched by a stranger": (
            lambda: record_departure(actor=stranger, holding_id=made.holding.pk, step=Step()), "",
        ),
        "fetched too early": (
            lambda: record_departure(actor=made.keeper, holding_id=made.holding.pk, step=Step()),
            citations.RETURN,
        ),
    }  # fmt: skip


def pledged_with_a_tag_that_waits():
    made = stages.signed()
    tag, fresh = make_labels(actor=person("registrar"), count=2)
    binding = attaching(made.work, tag)()
    made.holding = stages.deliver(made, made.item)
    return stages.fresh(made), binding, fresh


def state_of(made):
    """All that must not have moved."""
    work = Work.objects.get(pk=made.work.pk)
    return {
        "locks": list(Encumbrance.objects.live().values_list("pk", "kind", "work")),
        "title": TitleEvent.objects.filter(checked_at__isnull=False).count(),
        "work": (work.state, work.is_destroyed),
        "tags": list(TagBinding.objects.values_list("pk", "confirmed_at", "ended_at")),
        "item": PledgeItem.objects.get(pk=made.item.pk).state,
        "consigned": Consignment.objects.count(),
    }  # fmt: skip


def refusals(every):
    """What each way cites when it is tried alone, where that is not what it should."""
    wrong = {}
    for name, (call, rule) in every.items():
        with pytest.raises(DomainError) as refusal:
            call()
        assert rule or isinstance(refusal.value, NotAllowed), name
        if (refusal.value.rule or "") != rule:
            wrong[name] = refusal.value.rule
    return wrong


def test_a_pledged_work_moves_by_no_other_way_one_by_one_or_all_at_once():
    made, binding, tag = pledged_with_a_tag_that_waits()
    every, before = ways(made, binding, tag), state_of(made)
    assert refusals(every) == {}
    # A change of title that waits is itself a reason against a second pledge: it comes last.
    title = {"title": (title_waits(made.work), EXCLUSIVE)}
    assert refusals(title) == {}
    assert state_of(made) == before
    every |= title
    assert len(every) >= 16
    results = race(*(insistent(call) for call, _rule in every.values()))
    assert [r for r in results if not isinstance(r, DomainError) or isinstance(r, Busy)] == []
    assert state_of(made) == before
    assert before["item"] == "pledged" and len(before["locks"]) == 1
    assert stages.faults() == []


@pytest.mark.parametrize("name", ["lock sale", "list", "tag", "destroyed", "merged", "consign"])
def test_without_the_pledge_the_same_way_is_open(name):
    """The control: it is the pledge that refuses, and nothing else."""
    made = stages.signed()
    tag, fresh = make_labels(actor=person("registrar"), count=2)
    binding = attaching(made.work, tag)()
    made.holding = stages.arrive(made, made.item)
    call, _rule = ways(made, binding, fresh)[name]
    call()


def test_at_the_delivery_one_of_sixteen_ways_wins():
    made = stages.arrived()
    confirming = [
        lambda: confirm_step(actor=made.second, holding_id=made.holding.pk, agrees=True)
    ] * 3
    taken = [taking(made.work, kind) for kind in ("sale", "pledge", "loan_out", "custody") * 2]
    others = [listing(made.work), listing(made.work)]
    gone = [destroying(made.work), destroying(made.work), merging(made.work)]
    calls = [*confirming, *taken, *others, *gone]
    assert len(calls) == 16
    results = race(*(insistent(call) for call in calls))
    won = [r for r in results if not isinstance(r, Exception)]
    assert all(isinstance(r, DomainError) for r in results if isinstance(r, Exception))
    work = Work.objects.get(pk=made.work.pk)
    is_gone = work.is_destroyed or work.state == "merged"
    # Whoever marks a thing as gone twice says the same twice.
    assert len({type(r) for r in won}) == 1 and (len(won) == 1 or work.is_destroyed)
    assert Encumbrance.objects.live().count() == (0 if is_gone else 1)
    item = PledgeItem.objects.get()
    assert (item.state == "pledged") == (item.encumbrance_id is not None)
    assert stages.faults() == []
