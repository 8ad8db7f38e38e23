"""The district's certificates: of each kind, in each state, and nothing more on another run."""

import pytest

from appraisal.demo import certificates as demo_certificates
from appraisal.enums import CertificateKind, CertificateState
from appraisal.models import Certificate, CertificateChange, SealedKey
from artmarket.accounts.models import RoleGrant, User
from artmarket.core import demo
from artmarket.core.clock import db_now
from catalog.enums import Living
from tests.accounts.identities import identified
from tests.appraisal.certified import checked, signed_result
from tests.catalog.factories import registered
from tests.factories import add_second_factor

pytestmark = pytest.mark.django_db


def resident(role: str) -> User:
    user = User.objects.create_user(demo.address(role), "pw", display_name=role)
    RoleGrant.objects.create(user=user, role=role)
    add_second_factor(user)
    return user


@pytest.fixture
def district():
    artist, _registrar = resident("artist"), resident("registrar")
    identified(artist, by=resident("operator"))
    works = [registered(artist) for _ in range(5)]
    maker = works[0].attributions.get().artist
    maker.account, maker.account_verified_at, maker.living = artist, db_now(), Living.YES
    maker.save()
    return works


def test_every_kind_and_state_is_shown_and_a_second_run_adds_nothing(district):
    signed_result(district[0])
    stage = demo.Stage(pictures=False, say=lambda words: None)
    assert not demo_certificates.certificates_are_issued()
    demo_certificates.load(stage)
    assert demo_certificates.certificates_are_issued()
    counts = {kind: Certificate.objects.filter(kind=kind).count() for kind in CertificateKind}
    assert counts == {"author": 3, "lock": 5, "opinion": 1}
    assert {row.state for row in Certificate.objects.all()} == {
        CertificateState.VALID, CertificateState.SUSPENDED, CertificateState.SUPERSEDED,
    }  # fmt: skip
    valid = Certificate.objects.filter(state=CertificateState.VALID)
    assert {checked(row).verdict.value for row in valid} == {"valid"}
    steps, keys = CertificateChange.objects.count(), SealedKey.objects.count()
    demo_certificates.load(stage)
    assert (CertificateChange.objects.count(), SealedKey.objects.count()) == (steps, keys)


def test_without_results_there_are_locks_and_confirmations_only(district):
    demo_certificates.load(demo.Stage(pictures=False, say=lambda words: None))
    kinds = Certificate.objects.order_by().values_list("kind", flat=True).distinct()
    assert set(kinds) == {"author", "lock"}
    assert demo_certificates.certificates_are_issued()
