"""Chinese dates and times: 2026年11月23日, 2026年11月23日15:04. No typed spaces, 24 hours."""

DATE_FORMAT = "Y年n月j日"
SHORT_DATE_FORMAT = "Y年n月j日"
DATETIME_FORMAT = "Y年n月j日H:i"
SHORT_DATETIME_FORMAT = "Y年n月j日H:i"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "Y年n月"
MONTH_DAY_FORMAT = "n月j日"
