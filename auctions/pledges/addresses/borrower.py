"""Addresses of borrowers: products, applications, loans and their contracts."""

from django.urls import URLPattern, path

from ..views import borrower, borrower_applications, borrower_contract

urlpatterns: list[URLPattern] = [
    path("loans/", borrower.loans, name="loans"),
    path("loans/products/", borrower_applications.products, name="loan_products"),
    path("loans/products/<int:pk>/apply/", borrower_applications.apply, name="apply"),
    path("loans/applications/<int:pk>/", borrower_applications.application, name="application"),
    path(
        "loans/applications/<int:pk>/withdraw/",
        borrower_applications.withdraw,
        name="withdraw_application",
    ),
    path("loans/offers/<int:pk>/", borrower_applications.answer, name="answer_loan_offer"),
    path("loans/<int:pk>/", borrower.loan, name="loan"),
    path("loans/<int:pk>/do/<slug:name>/", borrower.act, name="loan_act"),
    path("loans/<int:pk>/contract/", borrower_contract.contract, name="contract"),
    path("loans/<int:pk>/contract.pdf", borrower_contract.contract_pdf, name="contract_pdf"),
    path("loans/<int:pk>/sign/", borrower_contract.sign, name="sign"),
    path("loans/<int:pk>/statement/", borrower.statement, name="loan_statement"),
    path("loans/<int:pk>/statement.csv", borrower.statement_csv, name="loan_statement_csv"),
]
