"""The rules that tags cite; their values stand in the rule book."""

TWO_PERSONS = "tag.two_persons"
USED_ONCE = "tag.used_once"
BROKEN_SUSPENDS = "tag.broken_suspends"
LABELS_AT_ONCE = "tag.labels_at_once"
