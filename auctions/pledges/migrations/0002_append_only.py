from django.db import migrations

from artmarket.core.triggers import append_only, frozen

TABLES = (
    "productversion", "registryquery", "loansignature", "loanevent", "loanposting",
    "custodyevent", "snapshot",
)  # fmt: skip
OFFERED = (
    "application_id", "version_id", "licence_id", "principal_minor", "months", "annual_pct",
    "interest_minor", "fee_minor", "all_in_pct", "cap_pct", "plan", "assessment", "clauses",
)  # fmt: skip
AGREED = (
    "offer_id", "number", "lender_id", "borrower_id", "version_id", "currency", "limit_minor",
    "months", "contract", "digest",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("pledges", "0001_loans")]
    operations = [
        *(append_only(f"pledges_{table}") for table in TABLES),
        frozen("pledges_loanoffer", *OFFERED),
        frozen("pledges_loan", *AGREED),
    ]
