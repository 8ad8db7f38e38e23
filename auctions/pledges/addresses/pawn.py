"""Addresses: pawn."""

from django.urls import URLPattern, path

from ..views import pawn as views

urlpatterns: list[URLPattern] = [
    path("pawn/", views.pawns, name="pawns"),
    path("pawn/<int:pk>/", views.pawn, name="pawn"),
    path("pawn/<int:pk>/statement.pdf", views.statement_pdf, name="pawn_statement"),
    path("pawn/tickets/<int:pk>.pdf", views.ticket_pdf, name="pawn_ticket"),
    path("lending/pawn/", views.desk, name="pawn_desk"),
    path("lending/pawn/new/", views.new_ticket, name="pawn_new"),
]
