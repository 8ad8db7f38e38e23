"""Addresses of the books: the operator's, and everybody's own accounts."""

from django.urls import path

from .views import bank, books, own

app_name = "ledger"
urlpatterns = [
    path("money/", books.balance, name="balance"),
    path("money/trial-balance.csv", books.balance_csv, name="balance_csv"),
    path("money/accounts/", books.accounts, name="accounts"),
    path("money/accounts/<int:pk>/", books.account, name="account"),
    path("money/accounts/<int:pk>/lines.csv", books.account_csv, name="account_csv"),
    path("money/entries/<int:pk>/", books.entry, name="entry"),
    path("money/periods/", books.periods, name="periods"),
    path("account/money/", own.money, name="own"),
    path("account/money/bank/", bank.bank, name="bank"),
    path("account/money/<int:pk>/", own.statement, name="statement"),
    path("account/money/<int:pk>/statement.csv", own.statement_csv, name="statement_csv"),
    path("account/money/<int:pk>/statement.pdf", own.statement_pdf, name="statement_pdf"),
]
