"""The rules of pledge loans and pawn as pure functions over dated events.

Amounts are whole numbers of the smallest unit of one currency, percentages exact fractions in
percent a year ("12" is 12 %), days dates given by the caller. Inside, interest is an exact
fraction; it is rounded once where it is demanded or shown. Nothing here knows Django, a database,
a clock or a rule of law: every limit is an argument. Rules: pledge rules §1–§11.

The rooms and their public names:

* `rounding`: `Rounding`, `rounded`, `down`
* `day_counts`: `Convention`, `days`, `fraction`, `span_days`
* `schedules`: `Kind`, `Every`, `Row`, `due_dates`, `month_ends`, `period_factors`, `instalment`,
  `equal_instalment`, `equal_principal`, `interest_only`, `at_maturity`, `build`, `changed_rate`,
  `whole_unit_plan`
* `accrual`: `simple_interest`, `penalty`, `payoff_in_period`
* `parts`: `Part`, `Parts` (cost, interest, penalty, principal)
* `allocation`: `Allocation`, `allocate` (the order is data)
* `events`: `Terms`; `Disbursement`, `Payment`, `Prepayment`, `Refund`, `RateChange`, `Moratorium`,
  `Reschedule`, `Charge`, `Waiver`, `WriteOff`, `Closure`, `Reversal`; each with `sequence` (the
  order of recording) and `effective_on`
* `state`: `State` (charged, paid, waived, written off, recovered, credit, rows, plan, days past
  due, next due, payoff), `Demand`, `Planned`, `Totals`, `Conflict`
* `replay`: `replay(terms, events, on=…, known=…)`, `payoff`, `conflicts_of`, `difference`
* `classification`: `Bucket`, `bucket_of`, `days_past_due`, `classify`
* `rate_cap`: `Cap`, `CapTest`, `rates_within`, `net_principal`, `Flow`, `all_in_rate`, `within_cap`
* `valuation`: `Price`, `price_on`, `overlapping`, `Appraisal`, `eligible_base`, `eligible_value`
* `collateral`: `Item`, `capacity`, `margin_test`, `drawable`, `release`, `ltv`, `level`
* `margin`: the life of one margin call: `MarginCall`, `MOVES`, `opened`, `notify`, `cure`,
  `escalate`, `waive`, `lapse`
* `loss`: `Loss`, `loss_given_default`, `Scenario`, `stress`, `stress_grid`, `reverse_stress`
* `waterfall`: `Distribution`, `distribute`
* `concentration`: `Exposure`, `Limit`, `Standing`, `measure`, `fits`
* `pawn`: `fee_cap`, `latest_maturity`, `redemption`, `renewal`, `dead_pawn`
"""
