"""Addresses: default and realisation, pre-acquirers."""

from django.urls import URLPattern, path

from ..views import realisation as views

urlpatterns: list[URLPattern] = [
    path("lending/disposals/", views.disposals, name="disposals"),
    path("lending/disposals/<slug:number>/", views.case, name="disposal"),
    path(
        "lending/disposals/<slug:number>/<slug:name>/<int:pk>/", views.case_act,
        name="disposal_act",
    ),
    path("loans/<slug:number>/disposal/", views.loan_disposal, name="loan_disposal"),
    path(
        "loans/<slug:number>/disposal/statement.pdf", views.statement, name="disposal_statement"
    ),
    path(
        "loans/<slug:number>/disposal/<slug:name>/<int:pk>/", views.loan_disposal_act,
        name="loan_disposal_act",
    ),
    path("pre-acquirers/", views.pre_acquirers, name="pre_acquirers"),
    path("pre-acquirers/<int:pk>/", views.commitment, name="commitment"),
    path("pre-acquirers/<int:pk>/answer/", views.answer_commitment, name="answer_commitment"),
    path("pre-acquirers/purchases/<int:pk>/", views.purchase, name="purchase"),
    path("pre-acquirers/purchases/<int:pk>/pay/", views.pay_purchase, name="pay_purchase"),
]  # fmt: skip
