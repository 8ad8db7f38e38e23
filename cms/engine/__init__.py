"""The rules of events as pure functions: no Django, no I/O, no clock, no randomness.

Moments are aware datetimes given by the caller; what repeats, repeats by the wall clock of
Shanghai. Limits are arguments, never numbers of this package. Rules: events rules §2.

The rooms and their public names:

* `recurrence`: `normal_rule`, `starts`, `plan`, `difference`, `Planned`, `Existing`, `Changes`
* `clashes`: `check_slot`, `clashes`, `Slot`, `Clash`
* `seats`: `blocking`, `promotions`, `standings`, `Quota`, `Wanted`, `Standing`
* `tickets`: `ticket_code`, `read_ticket`
* `ics`: `calendar_file`, `Entry`
* `key_list`: `on_day`, `check_entries`, `Entry`
* `scale`: `size_of`; `months`: `Month`, `last_months`; `suppression`: `may_be_shown`
"""
