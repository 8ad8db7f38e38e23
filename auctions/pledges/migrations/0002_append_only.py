from django.db import migrations

from artmarket.core.triggers import append_only, frozen

TABLES = (
    "productversion", "registryquery", "loansignature", "loanevent", "loanposting",
    "custodyevent", "snapshot",
    "marginstep", "revaluation", "revaluationanswer",
    "capacitycheck", "classchange", "distribution", "advanceproceeds",
    "pawnterms", "pawnsignature", "pawnstep", "pawnposting", "pawnloss",
)  # fmt: skip
FROZEN = {
    "loanoffer": (
        "application_id", "version_id", "licence_id", "principal_minor", "months", "annual_pct",
        "interest_minor", "fee_minor", "all_in_pct", "cap_pct", "plan", "assessment", "clauses",
    ),
    "loan": (
        "offer_id", "number", "lender_id", "borrower_id", "version_id", "currency", "limit_minor",
        "months", "contract", "digest",
    ),
    "margincall": ("loan_id", "opened_on", "short_minor"),
    "preacquisition": (
        "item_id", "party_id", "price_minor", "deposit_minor", "deposit_terms", "expires_on",
        "text", "digest", "asked_by_id",
    ),
    "advancework": ("application_id", "work_id", "consignment_id"),
    "pawnticket": (
        "pawn_id", "place", "serial", "lender_id", "number", "terms_id", "months", "fee_permille",
        "annual_pct", "text", "digest",
    ),
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("pledges", "0001_loans")]
    operations = [
        *(append_only(f"pledges_{table}") for table in TABLES),
        *(frozen(f"pledges_{table}", *columns) for table, columns in FROZEN.items()),
    ]
