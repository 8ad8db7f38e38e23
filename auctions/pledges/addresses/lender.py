"""Addresses: lender."""

from django.urls import URLPattern, path

from ..views import lender_admin as admin
from ..views import lender_applications as applications
from ..views import lender_desk as desk
from ..views import lender_loans as loans
from ..views import lender_money as money

urlpatterns: list[URLPattern] = [
    path("lending/", desk.desk, name="lending"),
    path("lending/loans.csv", desk.loans_csv, name="lending_csv"),
    path("lending/applications/", applications.queue, name="lending_applications"),
    path("lending/applications/<int:pk>/", applications.application, name="lending_application"),
    path("lending/applications/<int:pk>/offer/", applications.offer, name="lending_offer"),
    path(
        "lending/applications/<int:pk>/works/<int:number>/", applications.work, name="lending_work"
    ),
    path("lending/loans/<int:pk>/", loans.loan, name="lending_loan"),
    path("lending/loans/<int:pk>/contract.pdf", loans.contract, name="lending_contract"),
    path("lending/items/<int:pk>/release/", loans.release, name="lending_release"),
    path("lending/of/<int:lender_id>/money/", money.money, name="lending_money"),
    path("lending/of/<int:lender_id>/products/", admin.products, name="lending_products"),
    path("lending/of/<int:lender_id>/products/new/", admin.new_product, name="lending_new_product"),
    path("lending/of/<int:lender_id>/custodians/", admin.custodians, name="lending_custodians"),
    path("lending/products/<int:pk>/", admin.product, name="lending_product"),
    path("lending/products/<int:pk>/terms/", admin.new_terms, name="lending_terms"),
    path("desk/operator/lenders/", admin.lenders_desk, name="lenders"),
    path("desk/operator/lenders/end/", admin.end_lender, name="end_lender"),
]
