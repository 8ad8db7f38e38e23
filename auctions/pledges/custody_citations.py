"""Rules of the custodian's desk; their values stand in the rule book."""

COUNT_DAYS = "lending.count_days"
