"""What a lender reports to its bank: tables by day, the same for page, workbook and paper.

`register(Report(...))` adds one; every report is built from dated events as they were known on a
day, so that the same days give the same report again. Nothing here writes. Pledge rules §10.
"""

from .asof import Period
from .registry import Report, all_reports, find, register
from .tables import Column, Table

__all__ = ["Column", "Period", "Report", "Table", "all_reports", "find", "register"]
