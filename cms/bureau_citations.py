"""The rules that the bureau's registers cite; their values stand in the rule book."""

KEY_SIZE = "enterprises.key_size"
TWO_PERSONS = "enterprises.two_persons"
CONSENT = "enterprises.contact_consent"
SCALE = "enterprises.scale"
LEAST_FILERS = "statistics.least_filers"
MOST_SHARE = "statistics.most_share"
