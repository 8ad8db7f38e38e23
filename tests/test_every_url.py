"""Every address of the platform, walked as everybody: nobody reaches what is not his.

A page without a row in MAY fails; so does a row without a page. Wagtail's and Django's own
administrations are judged by their prefix.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from artmarket.accounts.enums import Role
from artmarket.accounts.services.parties import party_of
from catalog.models import Work
from cms.services.tickets import code_of
from tests.catalog.factories import RecordFactory, draft, registered
from tests.cms.factories import ExhibitedWorkFactory, bookable
from tests.cms.registering import book
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.ledger.factories import paid_in
from tests.ledger.gateway_stage import asked, stray_money

ALL = frozenset({"anonymous", *Role.values, "owner"})
SIGNED_IN = ALL - {"anonymous"}
WITH_FACTOR = frozenset({"appraiser", "registrar", "operator", "lender"})
OWNER = frozenset({"owner"})
ARTISTS = frozenset({"owner", "artist"})
LISTERS = frozenset({"owner", "artist", "merchant", "registrar", "operator"})
REGISTRAR = frozenset({"registrar"})
STAFF = frozenset({"registrar", "operator"})
BUREAU = frozenset({"bureau"})
OPERATOR = frozenset({"operator"})
EVENT_DESK = BUREAU | OPERATOR

# Address name -> who may. `owner` is the artist who lists the work, `artist` another one.
MAY: dict[str, frozenset[str]] = {
    "health": ALL,
    "health_publishing": ALL,
    "robots": ALL,
    "sitemap": ALL,
    "sitemap_file": ALL,
    "media:upload": SIGNED_IN,
    "account_login": ALL,
    "account_logout": ALL,
    "account_inactive": ALL,
    "account_signup": ALL,
    "account_email_verification_sent": ALL,
    "account_reset_password": ALL,
    "account_reset_password_done": ALL,
    "account_reset_password_from_key_done": ALL,
    "account_email": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": WITH_FACTOR,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "usersessions_list": SIGNED_IN,
    "core:preferences": ALL,
    "rulebook:index": ALL,
    "accounts:home": SIGNED_IN,
    "accounts:profile": SIGNED_IN,
    "accounts:organisation": frozenset({"owner", "operator"}),
    "accounts:organisation_page": ALL,
    "accounts:identity": SIGNED_IN,
    "accounts:organisation_identity": frozenset({"owner", "operator"}),
    "accounts:licences": SIGNED_IN,
    "accounts:data": SIGNED_IN,
    "accounts:data_copy": SIGNED_IN,
    "accounts:identity_queue": STAFF,
    "accounts:operator_desk": OPERATOR,
    "accounts:operator_person": OPERATOR,
    "accounts:operator_organisations": OPERATOR,
    "accounts:new_organisation": OPERATOR,
    "accounts:edit_organisation": OPERATOR,
    "accounts:event_log": STAFF,
    "catalog:find_number": ALL,
    "catalog:log": ALL,
    "catalog:history": ALL,
    "catalog:qr": ALL,
    "catalog:record": ALL,
    "catalog:work": ALL,
    "catalog:work_jsonld": ALL,
    "catalog:object_id_sheet": ALL,
    "catalog:record_jsonld": ALL,
    "catalog:browse": ALL,
    "catalog:suggest": ALL,
    "catalog:export_csv": ALL,
    "catalog:export_xlsx": ALL,
    "catalog:export_jsonld": ALL,
    "catalog:saved_searches": SIGNED_IN,
    "catalog:save_search": SIGNED_IN,
    "catalog:artist_desk": LISTERS,
    "catalog:new_work": LISTERS,
    "catalog:own_record": ARTISTS,
    "catalog:own_work": OWNER,
    "catalog:edit_work": OWNER,
    "catalog:add_photos": OWNER,
    "catalog:submit_work": OWNER,
    "catalog:take_back": OWNER,
    "catalog:discard_work": OWNER,
    "catalog:registrar_desk": REGISTRAR,
    "catalog:review": REGISTRAR,
    "catalog:alike": REGISTRAR,
    "catalog:register_work": REGISTRAR,
    "catalog:return_work": REGISTRAR,
    "catalog:encumber": REGISTRAR,
    "catalog:record_title": REGISTRAR,
    "catalog:correct_work": REGISTRAR,
    "catalog:merge_work": REGISTRAR,
    "catalog:attribute": REGISTRAR,
    "catalog:complete_work": REGISTRAR,
    "catalog:destroyed": REGISTRAR,
    "catalog:verify_account": REGISTRAR,
    "catalog:edition": OWNER,  # of a draft; of a registered work, registrars
    "catalog:edit_artist": REGISTRAR,
    "catalog:provenance_text": ALL,
    "catalog:record_provenance_text": ALL,
    "catalog:edit_provenance": OWNER,  # of a draft; of a registered work, registrars too
    "catalog:show_provenance": OWNER,
    "catalog:log_kept": frozenset({"owner", "registrar", "operator"}),
    "catalog:gates": frozenset({"owner", "registrar", "operator", "bureau"}),
    "catalog:clear_gate": frozenset({"owner", "registrar", "operator", "bureau"}),
    "catalog:record_permit": REGISTRAR,
    "catalog:stolen": REGISTRAR,
    "catalog:stolen_hits": REGISTRAR,
    "appraisal:record": REGISTRAR,
    "appraisal:tag_desk": REGISTRAR,
    "appraisal:work_tags": REGISTRAR,
    "appraisal:ask": OWNER,
    "appraisal:cases": SIGNED_IN,
    "appraisal:queue": REGISTRAR,
    "appraisal:appraisers": REGISTRAR,
    "appraisal:desk": frozenset({"appraiser"}),
    "appraisal:own_valuations": frozenset({"appraiser"}),
    "appraisal:verify": ALL,
    "appraisal:offline": ALL,
    "appraisal:check_program": ALL,
    "appraisal:work_certificates": REGISTRAR,
    "appraisal:mismatches": REGISTRAR,
    "appraisal:condition_desk": REGISTRAR,  # and experts on the case, and who holds the work
    "listings:offers": SIGNED_IN,
    "auctions:sales": ALL,
    "auctions:bids": SIGNED_IN,
    "auctions:offers": SIGNED_IN,
    "auctions:orders": SIGNED_IN,
    "pledges:pawns": SIGNED_IN,
    "auctions:house_orders": OPERATOR,
    "auctions:resale_rights": OPERATOR,
    "ledger:bank": SIGNED_IN,
    "auctions:deposits": SIGNED_IN,
    "auctions:powers": SIGNED_IN,
    "auctions:house_deposits": OPERATOR,
    "auctions:house_powers": OPERATOR,
    "schema": ALL,
    "api:docs": ALL,
    "api:tokens": SIGNED_IN,
    "api:webhooks": SIGNED_IN,
    "listings:open": OWNER,
    "auctions:consign": OWNER,
    "auctions:consignments": SIGNED_IN,
    "notices:inbox": SIGNED_IN,
    "notices:choices": SIGNED_IN,
    "ledger:balance": OPERATOR,
    "ledger:balance_csv": OPERATOR,
    "ledger:accounts": OPERATOR,
    "ledger:account": OPERATOR,
    "ledger:account_csv": OPERATOR,
    "ledger:entry": OPERATOR,
    "ledger:periods": OPERATOR,
    "payments:review": OPERATOR,
    "payments:item": OPERATOR,
    "payments:payments": OPERATOR,
    "payments:statements": OPERATOR,
    "payments:own": SIGNED_IN,
    "payments:payment": frozenset({"owner", "operator"}),
    "payment_back": ALL,  # leads to the payment's page, which asks who it is
    "stripe_webhook": ALL,  # asks for a signature
    "ledger:own": SIGNED_IN,
    "ledger:statement": OWNER,
    "ledger:statement_csv": OWNER,
    "ledger:statement_pdf": OWNER,
    "signals:signals": OPERATOR,  # and administrators of auction houses
    "pledges:disposals": OPERATOR,  # and who works for a lender
    "pledges:pre_acquirers": SIGNED_IN,
    "catalog:bureau_desk": BUREAU,
    "catalog:decide_relic": BUREAU,
    "cms:enterprises": ALL,
    "cms:key_list": ALL,
    "cms:figures": ALL,
    "cms:bureau_enterprises": BUREAU,
    "cms:bureau_new_enterprise": BUREAU,
    "cms:bureau_key_list": BUREAU,
    "cms:figures_desk": frozenset({"bureau", "operator"}),
    "pledges:loans": SIGNED_IN,
    "pledges:loan_products": SIGNED_IN,
    # Reports of loans: operators, and a lender's own people (tests/pledges/test_reports.py).
    "pledges:concentration": OPERATOR,
    "pledges:stress": OPERATOR,
    "pledges:reports": OPERATOR,
    # The lender's desk: its own people only, whom tests/pledges/test_lender_pages.py has.
    "pledges:lenders": OPERATOR,
    "pledges:end_lender": OPERATOR,
    "pledges:lending": frozenset(),
    "pledges:lending_csv": frozenset(),
    "pledges:lending_applications": frozenset(),
    "cms:all_ics": ALL,
    "cms:calendar_address": SIGNED_IN,
    "cms:articles_rss": ALL,
    "cms:articles_atom": ALL,
    "cms:events_rss": ALL,
    "cms:events_atom": ALL,
    "cms:programmes": BUREAU,
    "cms:new_programme": BUREAU,
    "cms:programme": BUREAU,
    "cms:edit_programme": BUREAU,
    "cms:programme_act": BUREAU,
    "cms:cancel_programme": BUREAU,
    "cms:programme_rule": BUREAU,
    "cms:add_session": BUREAU,
    "cms:session": BUREAU,
    "cms:change_session": BUREAU,
    "cms:programme_seats": BUREAU,
    "cms:new_quota": BUREAU,
    "cms:quota": BUREAU,
    "cms:programme_works": BUREAU,
    "cms:exhibited_work": BUREAU,
    "cms:bureau_calendar": BUREAU,
    "cms:book": SIGNED_IN,
    "cms:own_bookings": SIGNED_IN,
    "cms:booking": OWNER,
    "cms:ticket_svg": OWNER,
    "cms:ticket_png": OWNER,
    "cms:programme_bookings": EVENT_DESK,
    "cms:bookings_csv": EVENT_DESK,
    "cms:bookings_xlsx": EVENT_DESK,
    # The organiser's own people work at its doors too: tests/cms/test_check_in.py.
    "cms:doors": EVENT_DESK,
    "cms:door": EVENT_DESK,
    "cms:door_list": EVENT_DESK,
    "cms:door_csv": EVENT_DESK,
    "cms:door_merge": EVENT_DESK,
    "cms:ticket_link": EVENT_DESK | OWNER,
}
# Pages that need more than the objects made here; their own tests say who may.
ELSEWHERE = {
    "pledges:report", "pledges:report_file",
    # tests/cms/test_enterprises.py, test_key_list.py, test_figures.py
    "cms:enterprise", "cms:bureau_enterprise", "cms:key_list_file", "cms:figure_file",
    "cms:figures_desk_file",
    "log:checkpoint", "log:cosignature", "log:proof", "log:tile",
    "manifests:work", "manifests:record", "account_request_reauthentication_code",
    "account_confirm_reauthentication_code",
    "media:iiif", "media:iiif_slash", "media:iiif_information", "media:iiif_picture", "media:iiif_nothing",
    "media:state", "media:original", "media:document", "media:public", "account_confirm_login_code",
    "mfa_authenticate", "mfa_login_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
    "mfa_view_recovery_codes", "mfa_download_recovery_codes", "accounts:end_session",
    "account_confirm_email", "account_reset_password_from_key", "core:components", "accounts:identity_check", "accounts:identity_licence",
    "accounts:licence", "rulebook:rule", "rulebook:topic",
    "appraisal:certificate", "appraisal:certificate_qr", "appraisal:certificate_pdf",
    "appraisal:report_certificate", "appraisal:confirm_author",
    "certificates:platform_keys", "certificates:signer_keys", "certificates:context", "certificates:certificate", "certificates:identifier",
    "certificates:log_proof", "certificates:package", "certificates:status_list",
    "api:revoke_token", "api:webhook", "api:redeliver",
    "notices:read", "notices:watch_sale", "notices:watch_lot", "notices:calendar",
    "notices:watch_artist", "signals:signal", "auctions:house_record", "auctions:catalogue_pdf",
    "auctions:resale_right", "auctions:house_desk", "auctions:house_consignments", "auctions:house_consignment",
    "auctions:house_end_consignment", "auctions:house_sale", "auctions:house_edit_sale", "auctions:house_add_lot",
    "auctions:house_move_lot", "auctions:house_announce", "auctions:house_paddles", "auctions:house_paddle",
    "auctions:house_withdraw", "auctions:house_bids", "auctions:house_void", "auctions:house_new_sale",
    "auctions:house_lot_text", "auctions:house_after", "auctions:house_paid", "auctions:house_default",
    "auctions:house_release", "auctions:house_chance", "auctions:house_answer_offer", "auctions:house_cancel_sale",
    "auctions:answer_chance", "auctions:offer", "auctions:order", "auctions:order_act",
    "auctions:invoice_pdf", "auctions:statement_pdf", "payments:receipt",
    # tests/pledges/test_pawn_pages.py
    "pledges:pawn", "pledges:pawn_statement", "pledges:pawn_ticket", "pledges:pawn_desk",
    "pledges:pawn_new",
    "auctions:issue_invoice",
    "auctions:house_conditions", "auctions:consignment", "auctions:agree", "auctions:end_consignment",
    "auctions:new_power", "auctions:change_limit", "auctions:power", "auctions:house_high_value",
    "auctions:house_relations", "auctions:house_deposit", "auctions:house_power", "auctions:pay_deposit",
    "auctions:sale", "auctions:lot", "auctions:bid", "auctions:register", "auctions:post_bid",
    "appraisal:withdraw", "appraisal:tag", "appraisal:make_labels", "appraisal:labels",
    "appraisal:decide_tag",
    "appraisal:case", "appraisal:manage", "appraisal:seat", "appraisal:value", "appraisal:result",
    "listings:price", "listings:close", "listings:ask", "listings:thread",
    "appraisal:condition_edit", "appraisal:condition_report", "appraisal:condition_sign",
    "appraisal:condition_compare", "appraisal:condition_annotations",
    "appraisal:condition_statement", "appraisal:condition_pdf",
    "catalog:judge_alike", "catalog:artist", "catalog:change_photo", "catalog:visibility", "catalog:release",
    "catalog:end_permit", "catalog:judge_stolen", "catalog:stolen_list", "catalog:stolen_import",
    "catalog:stolen_entry", "catalog:stolen_end", "catalog:stolen_picture",
    "pledges:disposal", "pledges:disposal_act", "pledges:loan_disposal",
    "pledges:loan_disposal_act", "pledges:disposal_statement", "pledges:commitment",
    "pledges:answer_commitment", "pledges:purchase", "pledges:pay_purchase",
    "pledges:apply", "pledges:application", "pledges:withdraw_application",
    "pledges:answer_loan_offer", "pledges:loan", "pledges:loan_act", "pledges:contract",
    "pledges:contract_pdf", "pledges:sign", "pledges:loan_statement", "pledges:loan_statement_csv",
    "pledges:custody_desk", "pledges:custody_arrival", "pledges:holding", "pledges:custody_act",
    "catalog:check_title", "catalog:change_saved", "catalog:open_saved", "catalog:delete_saved",
    "pledges:margin_calls", "pledges:margin_call", "pledges:margin_notify", "pledges:margin_waive",
    "pledges:margin_sign", "pledges:revaluations", "pledges:revaluation", "pledges:watch",
    "pledges:loan_margin",
    # The lender's desk.
    "pledges:lending_application", "pledges:lending_offer", "pledges:lending_work",
    "pledges:lending_loan", "pledges:lending_contract", "pledges:lending_release",
    "pledges:lending_money", "pledges:lending_products", "pledges:lending_new_product",
    "pledges:lending_custodians", "pledges:lending_product", "pledges:lending_terms",
    # What programs read of the district: tests/cms/test_calendars.py, test_cards.py, test_oembed.py
    "cms:session_ics", "cms:programme_ics", "cms:series_ics", "cms:own_ics", "cms:card",
    "cms:card_picture", "cms:oembed",
}  # fmt: skip
# The API's routes are judged in tests/api, with tokens instead of sessions.
ADMINISTRATIONS = (
    "cms/", "admin/", "documents/^", "documents/<int", "documents/authenticate", "_util/", "api/v1/",
)  # fmt: skip


def addresses() -> Iterator[tuple[str, str]]:
    """(name, route) of every address outside the administrations."""

    def walk(resolver, names: tuple[str, ...], route: str) -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            here = route + str(pattern.pattern)
            if here.startswith(ADMINISTRATIONS):
                continue
            if isinstance(pattern, URLResolver):
                inner = (*names, pattern.namespace) if pattern.namespace else names
                yield from walk(pattern, inner, here)
            else:
                yield ":".join([*names, pattern.name or here]), here

    yield from walk(get_resolver(), (), "")


def test_every_address_has_a_row_and_every_row_an_address():
    found = {name for name, _route in addresses()} - {"wagtail_serve"}
    assert found - MAY.keys() - ELSEWHERE == set(), "say who may open these"
    assert (MAY.keys() | ELSEWHERE) - found == set(), "these are gone"


@pytest.fixture
def world(db):
    """One of each thing, the people who look at it, and the arguments of each address."""
    people = {role: UserFactory(**{role: True}) for role in Role.values}
    people["owner"] = UserFactory(artist=True)
    gallery = OrganisationFactory(name="春水画廊", slug="spring")
    MembershipFactory(organisation=gallery, user=people["owner"], admin=True)
    own, done = draft(people["owner"]), registered(people["owner"])
    record, artist = RecordFactory(), done.attributions.first().artist
    Work.objects.filter(pk__in=(record.pk, done.pk)).update(
        provenance_text="来源：作者自藏。", provenance_public="来源：作者自藏。"
    )
    paid = paid_in(party_of(people["owner"]), 500)
    account = [paid.transfers.get().credit_id]
    payment = asked(party_of(people["owner"]), gateway="bank")
    date = bookable(kind="exhibition")
    shown = ExhibitedWorkFactory(programme=date.programme, work=done)
    seat = book(date, people["owner"])
    arguments = {
        "cms:book": [date.programme.uuid],
        "cms:booking": [seat.uuid],
        "cms:ticket_svg": [seat.uuid, 1],
        "cms:ticket_png": [seat.uuid, 1],
        "cms:ticket_link": [code_of(seat, 1)],
        **{f"cms:{n}": [date.pk] for n in ("door", "door_list", "door_csv", "door_merge")},
        **{
            f"cms:{n}": [date.programme.pk]
            for n in (
                "programme_bookings", "bookings_csv", "bookings_xlsx",
                "programme", "edit_programme", "programme_act", "cancel_programme",
                "programme_rule", "add_session", "programme_seats", "new_quota", "programme_works",
            )
        },
        "cms:session": [date.pk],
        "cms:change_session": [date.pk, "move"],
        "cms:quota": [date.programme.pk, date.quotas.get().pk],
        "cms:exhibited_work": [shown.pk, "lend"],
        "sitemap_file": ["pages"],
        **{f"ledger:{n}": account for n in ("account", "account_csv", "statement", "statement_csv", "statement_pdf")},
        "ledger:entry": [paid.pk],
        "payments:item": ["stray", stray_money().pk],
        "payments:payment": [payment.reference],
        "payment_back": [payment.reference],
        "accounts:organisation": ["spring"],
        "accounts:organisation_identity": ["spring"],
        "accounts:organisation_page": ["spring"],
        "accounts:operator_person": [people["buyer"].pk],
        "accounts:edit_organisation": [gallery.pk],
        "catalog:record": [record.pk],
        "catalog:record_jsonld": [record.pk],
        "catalog:record_provenance_text": [record.pk],
        "catalog:provenance_text": [done.number],
        "catalog:edit_provenance": [own.pk],
        "catalog:show_provenance": [own.pk],
        "catalog:edit_artist": [artist.pk],
        "appraisal:record": [done.pk],
        "appraisal:work_tags": [done.pk],
        "appraisal:ask": [done.pk],
        "appraisal:work_certificates": [done.pk],
        "appraisal:condition_desk": [done.pk],
        "listings:open": [done.pk],
        "auctions:consign": [done.pk],
        "catalog:verify_account": [artist.pk],
        **{
            f"catalog:{n}": [done.number] for n in ("history", "object_id_sheet", "qr", "work", "work_jsonld")
        },
        **{
            f"catalog:{n}": [own.pk]
            for n in ("own_work", "edit_work", "add_photos", "submit_work", "take_back", "discard_work", "edition")
        },
        **{
            f"catalog:{n}": [done.pk]
            for n in (
                "review", "register_work", "return_work", "encumber", "record_title",
                "correct_work", "merge_work", "attribute", "complete_work", "destroyed", "decide_relic",
                "gates", "clear_gate", "record_permit", "log_kept",
            )
        },
    }  # fmt: skip
    return people, arguments


def ask(client: Client, method: str, url: str):
    """The answer, with whatever it changed taken back."""
    block = transaction.atomic()
    block._from_testcase = True  # the services' outermost transactions stay outermost
    with block:
        answer = getattr(client, method)(url)
        transaction.set_rollback(True)
    return answer


def refused(answer) -> bool:
    to_sign_in = answer.status_code == 302 and "/account/login/" in answer.headers["Location"]
    return to_sign_in or answer.status_code in {401, 403, 404, 405}


def test_nobody_reaches_what_is_not_his_and_everybody_what_is(world):
    people, arguments = world
    wrong = []
    for who in sorted(ALL):
        client = Client(raise_request_exception=False)
        for name, may in MAY.items():
            if who != "anonymous":
                client.force_login(people[who])
            url = reverse(name, args=arguments.get(name, []))
            answers = {m: ask(client, m, url) for m in ("get", "post")}
            codes = {m: a.status_code for m, a in answers.items()}
            broken = any(c >= 500 for c in codes.values())
            reached = not all(refused(a) for a in answers.values())
            if broken or reached != (who in may):
                wrong.append(f"{name} as {who}: {codes}, reached={reached}")
            client.logout()
    assert wrong == []


@pytest.mark.parametrize("path", ["/cms/", "/cms/pages/", "/admin/", "/admin/accounts/user/"])
def test_the_administrations_are_closed_to_strangers_and_customers(world, path):
    people, _arguments = world
    for who in ("anonymous", "artist", "buyer", "owner", "appraiser", "lender", "merchant"):
        client = Client()
        if who != "anonymous":
            client.force_login(people[who])
        for method in ("get", "post"):
            assert ask(client, method, path).status_code in {302, 403, 404}, (path, who, method)


def test_the_content_system_of_english_pages_is_no_back_door(world):
    assert Client().get("/en/cms/").status_code == 404
