"""What stands in a certificate, and what never can (registry rules, sections 5 and 6)."""

import copy
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal

import pytest

from appraisal.engine.credentials import (
    CertificateContent,
    CredentialRefused,
    Dimension,
    Edition,
    Finding,
    IdentityLock,
    PanelOpinion,
    Picture,
    Question,
    StatusPlace,
    Tag,
    Verdict,
    build_certificate,
    check_form,
    context_document,
    sign,
    standard_statement,
    verify,
)
from appraisal.engine.credentials import certificate as certificates
from appraisal.engine.credentials.form import FORM

from .making import (
    AUTHOR,
    DIGEST,
    GROUNDS,
    KEY,
    LISTS,
    METHOD,
    NOW,
    PANEL,
    SEED,
    SIGNED,
    clear_lists,
    content,
    signed,
)

PRIVATE = (
    "owner", "holder", "seller", "buyer", "consignor", "price", "estimate", "amount", "value",
    "currency", "address", "location", "phone", "email", "contact", "insurance",
)  # fmt: skip


def names_of(form) -> set[str]:
    if isinstance(form, list):
        return names_of(form[0])
    if not hasattr(form, "items"):
        return set()
    return {name.rstrip("!") for name in form}.union(*(names_of(part) for part in form.values()))


@pytest.mark.parametrize("kind", ["保真", "锁定", "鉴定意见"])
def test_each_kind_is_made_signed_and_holds(kind) -> None:
    found = verify(signed(grounds=GROUNDS[kind]), [KEY], NOW, status_lists=clear_lists())
    assert (found.verdict, found.kind) == (Verdict.VALID, kind)
    still_open = {a.code for a in found.answers if a.finding is not Finding.PROVEN}
    assert still_open == {"log_proof_absent", "no_successor_known"}


def test_everything_said_stands_in_the_document() -> None:
    subject = build_certificate(content(grounds=PANEL))["credentialSubject"]
    assert subject == {
        "id": "https://registry.example/works/WF-2026-000100",
        "certificateKind": "鉴定意见",
        "registryNumber": "WF-2026-000100",
        "statement": [
            {"@language": "zh-Hans", "@value": "专家5人，3人同意，2人持异议：意见支持所题。"},
            {"@language": "en", "@value": "5 experts, 3 agreed, 2 dissented: the opinion supports the attribution."},
        ],
        "images": [
            {"sha256": content().pictures[0].sha256, "view": "overall"},
            {"sha256": content().pictures[1].sha256},
        ],
        "objectId": {"sha256": DIGEST},
        "panel": {"experts": 5, "agreeing": 3, "dissenting": 2, "result": "supported"},
        "title": "溪山晴雪 🪁",
        "dimensions": [{"type": "height", "value": "68.5", "unit": "cm"}],
        "tag": {"kind": "nfc", "value": "04A2B3C4D5E680"},
        "edition": {"number": "3", "size": 10},
    }  # fmt: skip


def test_what_is_not_stated_leaves_no_member() -> None:
    bare = build_certificate(content(title="", dimensions=(), tag=None, edition=None))
    assert bare["credentialSubject"].keys() == {
        "id", "certificateKind", "registryNumber", "statement", "images", "objectId",
    }  # fmt: skip
    assert not {"validUntil", "replaces", "proof"} & bare.keys()


def test_the_form_has_no_member_for_owner_price_or_address() -> None:
    # The number of a tag and the figure of a dimension are the only things called `value`.
    assert names_of(FORM) & set(PRIVATE) == {"value"}
    parts = (
        CertificateContent, Picture, Dimension, Tag, Edition, StatusPlace, PanelOpinion,
        IdentityLock, certificates.AuthorConfirmation,
    )  # fmt: skip
    names = {field.name for part in parts for field in fields(part)}
    assert names & set(PRIVATE) == {"value"}
    with pytest.raises(TypeError):
        content(owner="某人")


def places(value, path=()):
    """The path of every object in a document."""
    if isinstance(value, dict):
        yield path
        for name, member in value.items():
            yield from places(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from places(member, (*path, index))


@pytest.mark.parametrize("name", [*PRIVATE, "所有者", "价格", "地址", "note", "@id"])
@pytest.mark.parametrize("kind", ["保真", "锁定", "鉴定意见"])
def test_a_further_member_is_refused_anywhere_even_when_signed(kind, name) -> None:
    whole = build_certificate(content(grounds=GROUNDS[kind]))
    paths = list(places(whole))
    assert len(paths) >= 10
    for path in paths:
        document = copy.deepcopy(whole)
        target = document
        for step in path:
            target = target[step]
        if name in target:
            continue
        target[name] = "x"
        with pytest.raises(CredentialRefused):
            check_form(document)
        again = sign(document, seed=SEED, method=METHOD, created=SIGNED)
        found = verify(again, [KEY], NOW, status_lists=clear_lists())
        assert found.answer(Question.PROOF).code == "signature_sound"
        assert found.answer(Question.KIND).finding is Finding.REFUTED
        assert found.verdict is Verdict.INVALID


def test_a_lock_says_that_it_does_not_prove_the_author() -> None:
    chinese, english = standard_statement(IdentityLock())
    assert "不证明作者" in chinese
    assert "does not prove who made it" in english
    for statement in [("仅锁定实物身份", english), (chinese, "Locks the identity."), ("", "")]:
        with pytest.raises(CredentialRefused):
            build_certificate(content(statement=statement))
    document = build_certificate(content())
    document["credentialSubject"]["statement"] = "锁定实物身份，证明作者"
    with pytest.raises(CredentialRefused) as refusal:
        check_form(document)
    assert refusal.value.code == "lock_without_statement"


@pytest.mark.parametrize(
    ("kind", "other", "move"),
    [
        ("锁定", "保真", ()),
        ("锁定", "鉴定意见", ()),
        ("锁定", "鉴定意见", ("panel",)),
        ("锁定", "保真", ("confirmation",)),
        ("保真", "鉴定意见", ("panel",)),
        ("保真", "锁定", ()),
        ("鉴定意见", "保真", ("confirmation",)),
        ("鉴定意见", "锁定", ()),
    ],
)
def test_kinds_are_never_mixed(kind, other, move) -> None:
    """A document of one kind that takes the name or the parts of another."""
    document = build_certificate(content(grounds=GROUNDS[kind]))
    giver = build_certificate(content(grounds=GROUNDS[other]))
    subject = document["credentialSubject"]
    for name in move:
        subject[name] = giver["credentialSubject"][name]
    if not move:
        subject["certificateKind"] = other
    with pytest.raises(CredentialRefused) as refusal:
        check_form(document)
    assert refusal.value.code in {"kind_mixed", "member_missing", "lock_without_statement"}


@pytest.mark.parametrize(
    ("experts", "agreeing", "result"),
    [
        (1, 1, "supported"),
        (2, 1, "supported"),
        (4, 2, "not-supported"),
        (3, 4, "supported"),
        (3, -1, "undetermined"),
        (3, 2, "undetermined"),
        (3, 2, "genuine"),
    ],
)
def test_a_panel_has_two_experts_and_a_majority_or_no_result(experts, agreeing, result) -> None:
    with pytest.raises(CredentialRefused):
        build_certificate(content(grounds=PanelOpinion(experts, agreeing, result)))


def test_an_even_panel_may_end_undetermined() -> None:
    grounds = PanelOpinion(4, 2, "undetermined")
    subject = build_certificate(content(grounds=grounds))["credentialSubject"]
    assert subject["panel"]["dissenting"] == 2
    assert "存疑" in subject["statement"][0]["@value"]


@pytest.mark.parametrize(
    "changes",
    [
        {"pictures": (Picture("ab" * 31),)},
        {"pictures": (Picture("AB" * 32),)},
        {"object_id_digest": ""},
        {"registry_number": ""},
        {"issuer": "registry"},
        {"certificate_id": "C-1"},
        {"certificate_id": "https://registry.example/证书"},
        {"context": ""},
        {"title": "长" * 1001},
        {"dimensions": (Dimension("height", Decimal("-1"), "cm"),)},
        {"dimensions": (Dimension("height", Decimal("NaN"), "cm"),)},
        {"dimensions": (Dimension("height", Decimal(1), "尺"),)},
        {"tag": Tag("paint", "x")},
        {"edition": Edition("", 3)},
        {"edition": Edition("3", -1)},
        {"title": "half \ud800"},
    ],
)
def test_values_that_do_not_fit_are_refused(changes) -> None:
    with pytest.raises(CredentialRefused):
        build_certificate(content(**changes))


def test_a_moment_without_its_zone_and_an_index_outside_are_errors_of_the_caller() -> None:
    with pytest.raises(ValueError, match="zone"):
        build_certificate(content(valid_from=datetime(2026, 1, 1)))
    with pytest.raises(ValueError, match="index"):
        build_certificate(content(status=StatusPlace(*LISTS.values(), index=-1)))


def test_the_day_of_the_confirmation_is_said_in_both_languages() -> None:
    chinese, english = standard_statement(AUTHOR)
    assert chinese == "作者李某本人于2026年2月27日到场确认此作为其所作。"
    assert english == "The author, 李某, confirmed in person on 2026-02-27 that the work is theirs."
    assert AUTHOR.day == date(2026, 2, 27)


def test_the_context_explains_every_term_of_ours_and_none_of_others() -> None:
    address = content().context
    terms = context_document(address)["@context"]
    assert terms.pop("@protected") is True
    assert terms["certificateKind"] == f"{address}#certificateKind"
    of_credentials = {
        "@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject",
        "credentialStatus", "proof",
    }  # fmt: skip
    of_status = {"statusPurpose", "statusListIndex", "statusListCredential"}
    expected = names_of(FORM) - of_credentials - of_status
    assert terms.keys() == expected | {"ArtworkCertificate", "ArtworkOpinion"}
