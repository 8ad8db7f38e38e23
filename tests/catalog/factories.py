"""People and works for the catalogue's tests, made through the services where there is one."""

import itertools

import factory
from django.contrib.auth import get_user_model

from artmarket.accounts.models import RoleGrant
from artmarket.accounts.second_factor import required_roles
from catalog.enums import InscriptionKind, PhotoView, SourceKind, WorkState
from catalog.models import Work
from catalog.services import corrections, drafts, registration
from catalog.services.description import Description, InscriptionInput, Measure
from media.enums import ImageState
from media.models import Image
from tests.factories import add_second_factor

_serial = itertools.count(1)


def person(*roles: str, name: str = ""):
    """A person with these roles, e-mail confirmed by being here."""
    n = next(_serial)
    user = get_user_model().objects.create_user(
        f"p{n}@example.com", "pw", display_name=name or f"人{n}"
    )
    for role in roles:
        RoleGrant.objects.create(user=user, role=role)
    if required_roles() & set(roles):
        add_second_factor(user)
    return user


class ImageFactory(factory.django.DjangoModelFactory):
    """A picture that the worker has finished."""

    class Meta:
        model = Image

    state = ImageState.READY
    original_name = "a.jpg"
    mime = "image/jpeg"
    width = 800
    height = 600
    size = 1000
    sha256 = factory.Sequence(lambda n: f"{n:064x}")

    class Params:
        waiting = factory.Trait(state=ImageState.WAITING)


COMPLETE = Description(
    texts={
        "title": "春山放鸢图",
        "title_en": "Kites over spring hills",
        "subject": "山水",
        "date_text": "2019年",
        "medium_text": "设色纸本",
        "features": "左下角有一处约两厘米的水渍",
        "source_kind": SourceKind.OWN_WORK,
    },
    types=["300033618", "300265079"],
    materials=["300015012", "300014109"],
    techniques=["300310141"],
    measures=[Measure("height", "100"), Measure("width", "80")],
    inscriptions=[InscriptionInput(kind=InscriptionKind.SEAL, text="三石", ref="seal-1")],
    no_inscriptions=False,
)


def draft(artist=None, description: Description = COMPLETE, *, photos: bool = True) -> Work:
    """A draft with ten of ten points (or without photographs)."""
    artist = artist or person("artist")
    work = drafts.create_draft(
        actor=artist, description=description, maker=drafts.MakerInput(is_self=True)
    )
    if photos:
        for view, scale, shows in (
            (PhotoView.OVERALL, True, ""),
            (PhotoView.VERSO, False, ""),
            (PhotoView.SEAL, False, "seal-1"),
        ):
            drafts.add_photo(
                actor=artist, work_id=work.pk, image=ImageFactory(uploaded_by=artist),
                view=view, has_scale=scale, shows=shows,
            )  # fmt: skip
    work.refresh_from_db()
    return work


def submitted(artist=None) -> Work:
    """A submission that waits for a registrar."""
    work = draft(artist)
    return registration.submit_work(actor=work.created_by, work_id=work.pk)


def registered(artist=None, *, relic: str = "not_relic") -> Work:
    """A registered work whose relic status the bureau has decided ("" leaves it open)."""
    work = submitted(artist)
    work = registration.register_work(actor=person("registrar"), work_id=work.pk)
    if relic:
        work = corrections.decide_relic_status(
            actor=person("bureau"), work_id=work.pk, status=relic, reason="年代明确"
        )
    return work


class RecordFactory(factory.django.DjangoModelFactory):
    """A reference record from an open collection."""

    class Meta:
        model = Work

    state = WorkState.RECORDED
    is_open_data = True
    title = factory.Sequence(lambda n: f"Landscape {n}")
