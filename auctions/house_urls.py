"""Addresses of the house's desk and of the consignor; included by the app's own."""

from django.urls import path

from .views import admission, aftermath, consign, deposits, house, powers, records, settlement

urlpatterns = [
    path("desk/house/", house.desk, name="house_desk"),
    path("desk/house/consignments/", house.consignment_queue, name="house_consignments"),
    path("desk/house/consignments/<int:pk>/", house.consignment, name="house_consignment"),
    path(
        "desk/house/consignments/<int:pk>/end/",
        house.end_consignment,
        name="house_end_consignment",
    ),
    path("desk/house/sales/<int:pk>/", house.sale_page, name="house_sale"),
    path("desk/house/sales/<int:pk>/edit/", house.edit_sale, name="house_edit_sale"),
    path("desk/house/sales/<int:pk>/add/", house.add_lot, name="house_add_lot"),
    path("desk/house/sales/<int:pk>/order/", house.move_lot, name="house_move_lot"),
    path("desk/house/sales/<int:pk>/announce/", house.announce, name="house_announce"),
    path("desk/house/sales/<int:pk>/paddles/", house.sale_paddles, name="house_paddles"),
    path("desk/house/sales/<int:pk>/record/", records.record, name="house_record"),
    path("desk/house/paddles/<int:pk>/", house.decide_paddle, name="house_paddle"),
    path(
        "desk/house/paddles/<int:pk>/high-value/",
        admission.decide_high_value,
        name="house_high_value",
    ),
    path(
        "desk/house/paddles/<int:pk>/relations/",
        admission.paddle_relations,
        name="house_relations",
    ),
    path("desk/house/deposits/", deposits.house_deposits, name="house_deposits"),
    path("desk/house/deposits/<int:pk>/", deposits.house_deposit, name="house_deposit"),
    path("desk/house/orders/", settlement.house_orders, name="house_orders"),
    path("desk/house/paddles/<int:pk>/invoice/", settlement.issue, name="issue_invoice"),
    path("desk/house/powers/", powers.house_powers, name="house_powers"),
    path("desk/house/powers/<int:pk>/", powers.house_power, name="house_power"),
    path("desk/house/lots/<int:pk>/withdraw/", house.withdraw_lot, name="house_withdraw"),
    path("desk/house/lots/<int:pk>/bids/", house.bids, name="house_bids"),
    path("desk/house/lots/<int:pk>/text/", aftermath.lot_text, name="house_lot_text"),
    path("desk/house/lots/<int:pk>/after/", aftermath.after, name="house_after"),
    path("desk/house/lots/<int:pk>/paid/", aftermath.paid, name="house_paid"),
    path("desk/house/lots/<int:pk>/default/", aftermath.default, name="house_default"),
    path("desk/house/lots/<int:pk>/release/", aftermath.release, name="house_release"),
    path("desk/house/lots/<int:pk>/second-chance/", aftermath.chance, name="house_chance"),
    path("desk/house/offers/<int:pk>/", aftermath.answer_offer, name="house_answer_offer"),
    path("desk/house/sales/<int:pk>/cancel/", aftermath.cancel_sale, name="house_cancel_sale"),
    path("desk/house/bids/<int:pk>/void/", house.void_bid, name="house_void"),
    path("desk/house/of/<slug:slug>/sales/new/", house.new_sale, name="house_new_sale"),
    path("desk/house/of/<slug:slug>/conditions/", house.conditions, name="house_conditions"),
    path("desk/artist/works/<int:pk>/consign/", consign.consign, name="consign"),
    path("desk/consignments/", consign.own_consignments, name="consignments"),
    path("desk/consignments/<int:pk>/", consign.consignment, name="consignment"),
    path("desk/consignments/<int:pk>/agree/", consign.agree, name="agree"),
    path("desk/consignments/<int:pk>/end/", consign.end, name="end_consignment"),
]
