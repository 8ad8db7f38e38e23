"""The pages of default and realisation: who finds them, what they show, what can be done on them."""

import pytest
from django.test import Client

from auctions.pledges.models import LoanDefault, PreAcquisition
from auctions.pledges.selectors import realisation as selectors
from auctions.pledges.services import direct_sales
from auctions.pledges.services.direct_sales import Costs
from tests.factories import UserFactory
from tests.pledges import disposals, stages
from tests.pledges.stages import YUAN
from tests.pledges.test_disposals import to_default

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(answer) -> str:
    return answer.content.decode()


def test_from_the_notice_to_the_case_on_the_lenders_desk_and_the_borrowers_page():
    made = disposals.overdue()
    lender, borrower = client_of(made.boss), client_of(made.owner)
    desk, case = "/lending/disposals/", f"/lending/disposals/{made.loan.number}/"
    own = f"/loans/{made.loan.number}/disposal/"
    assert made.loan.number in words(lender.get(desk))
    for stranger in (client_of(UserFactory()), borrower):
        assert stranger.get(desk).status_code == 403
        assert stranger.get(case).status_code == 404
    assert client_of(UserFactory()).get(own).status_code == 404
    assert lender.get(own).status_code == 404
    shown = words(lender.get(case))
    assert f'id="notice-{made.loan.pk}"' in shown and 'id="declare' not in shown
    answer = lender.post(f"{case}notice/{made.loan.pk}/", {f"notice-{made.loan.pk}-words": "请付"})
    assert answer.status_code == 302
    row = LoanDefault.objects.get()
    assert row.words == "请付" and "请付" in words(borrower.get(own))
    # too early: refused with its rule; what is not one's own act is not found
    refused = lender.post(f"{case}declare/{row.pk}/")
    assert refused.status_code == 409 and "/rules/pledge.realisation_days/" in words(refused)
    assert lender.post(f"{case}open/{row.pk}/").status_code == 404
    assert borrower.post(f"{own}declare/{row.pk}/").status_code == 404
    assert borrower.post(f"{own}demand/{row.pk}/").status_code == 404
    wrong = lender.post(f"{case}withdraw/{row.pk}/")
    assert wrong.status_code == 422 and "field-wrong" in words(wrong)


def test_a_discount_is_offered_and_answered_and_both_read_the_same_statement():
    made = disposals.opened(ways=("discount", "court"))
    lender, borrower = client_of(made.boss), client_of(made.owner)
    case = f"/lending/disposals/{made.loan.number}/"
    own = f"/loans/{made.loan.number}/disposal/"
    value = stages.appraise(made.work, 60_000 * YUAN, days=2)
    prefix = f"discount-{made.step.pk}-"
    given = {
        f"{prefix}price": "50000", f"{prefix}valuation": value.pk, f"{prefix}costs": "",
        f"{prefix}costs_for": "",
    }  # fmt: skip
    low = lender.post(f"{case}discount/{made.step.pk}/", given)
    assert low.status_code == 409 and "/rules/pledge.discount_appraisal_days/" in words(low)
    answer = lender.post(f"{case}discount/{made.step.pk}/", given | {f"{prefix}price": "60000"})
    assert answer.status_code == 302
    assert f'id="accept-{made.step.pk}"' in words(borrower.get(own))
    assert borrower.get(f"{own}statement.pdf").status_code == 200
    assert borrower.post(f"{own}accept/{made.step.pk}/").status_code == 302
    disposals.fresh(made)
    shared = selectors.shared_of(made.step.distribution, made.loan)
    for page in (words(lender.get(case)), words(borrower.get(own))):
        assert str(shared.received) in page and str(shared.deficiency) in page
        assert all(str(line.paid) in page for line in shared.lines)
    for reader in (lender, borrower):
        paper = reader.get(f"{own}statement.pdf")
        assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    assert client_of(UserFactory()).get(f"{own}statement.pdf").status_code == 404
    panel = selectors.panel_of(made.loan)
    assert (panel.default.state, panel.case.state, panel.is_open) == ("settled", "closed", False)


def test_a_pre_acquirer_reads_signs_and_pays_on_his_own_pages():
    made = stages.drawn_up(realisation=("pre_acquirer", "court"), back=60)
    acquirer = disposals.buyer()
    lender, buyer = client_of(made.boss), client_of(acquirer)
    case = f"/lending/disposals/{made.loan.number}/"
    prefix = f"ask-{made.item.pk}-"
    given = {
        f"{prefix}party": acquirer.email, f"{prefix}price": "200000",
        f"{prefix}expires_on": "2099-12-31", f"{prefix}deposit": "", f"{prefix}deposit_terms": "",
    }  # fmt: skip
    affiliated = lender.post(
        f"{case}ask/{made.item.pk}/", given | {f"{prefix}party": made.clerk.email}
    )
    assert affiliated.status_code == 403 and "/rules/pledge.pre_acquirer/" in words(affiliated)
    assert lender.post(f"{case}ask/{made.item.pk}/", given).status_code == 302
    row = PreAcquisition.objects.get()
    assert made.work.display_title in words(buyer.get("/pre-acquirers/"))
    page = f"/pre-acquirers/{row.pk}/"
    assert client_of(made.owner).get(page).status_code == 404
    assert row.digest in words(buyer.get(page))
    assert buyer.post(f"{page}answer/", {"answer": "sign", "digest": "x"}).status_code == 422
    assert buyer.post(f"{page}answer/", {"answer": "sign", "digest": row.digest}).status_code == 302
    # the borrower reads it before he signs
    own = words(client_of(made.owner).get(f"/loans/{made.loan.number}/disposal/"))
    assert row.party.name in own
    lender.post(
        f"{case}check/{row.pk}/",
        {f"check-{row.pk}-is_able": "on", f"check-{row.pk}-papers": "存单"},
    )
    assert row.checks.get().is_able
    to_default(made)
    direct_sales.call_pre_acquirer(
        actor=made.boss, step_id=made.step.pk, costs=Costs(100 * YUAN, "运输")
    )
    purchase = f"/pre-acquirers/purchases/{made.step.pk}/"
    assert client_of(made.owner).get(purchase).status_code == 404
    assert 'id="pay"' in words(buyer.get(purchase))
    assert buyer.post(f"{purchase}pay/", {"gateway": "bank"}).status_code == 422
    paid = buyer.post(f"{purchase}pay/", {"gateway": "bank", "key": "k1"})
    assert paid.status_code == 302 and "/payments/" in paid["Location"]
    disposals.fresh(made)
    disposals.pay_price(made, acquirer)
    assert 'id="pay"' not in words(buyer.get(purchase))
