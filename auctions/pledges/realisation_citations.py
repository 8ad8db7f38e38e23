"""The rules that default and realisation cite; their values stand in the rule book."""

from typing import Final

PRE_ACQUIRER: Final = "pledge.pre_acquirer"
CHECK_DAYS: Final = "pledge.pre_acquirer_check_days"
DEPOSIT_MOST: Final = "pledge.deposit_most"
ORDER: Final = "pledge.realisation_order"
SELF_SALE: Final = "pledge.self_sale_valid"
DISCOUNT_DAYS: Final = "pledge.discount_appraisal_days"
COURT_SECOND: Final = "pledge.court_second_days"
BURNED_FALL: Final = "pledge.burned_fall"
CLASSES: Final = "pledge.classes"
CLASS_FLOOR: Final = "pledge.class_floor"
OBSERVATION: Final = "pledge.class_observation_days"
DAYS: Final = "pledge.realisation_days"
FLOORS: Final = "pledge.realisation_floors"
TIMELY: Final = "lending.surplus"  # 民法典 436–438: timely sale on demand, surplus, deficiency
WATERFALL: Final = "pledge.waterfall"
