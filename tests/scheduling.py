"""Which worker runs what: the tests of a file stay together, and what takes longest begins first."""

from typing import Any, Final

from xdist.scheduler import LoadScopeScheduling

# Files whose tests each take minutes and share nothing: each goes where there is room.
APART: Final = ("tests/api/test_described.py",)
# By what a run needed; begun last, one of them would keep one worker busy and let the others wait.
FIRST: Final = (
    "tests/catalog/importing/test_museums.py",
    "tests/catalog/importing/test_crash.py",
    "tests/api/test_described.py",
    "tests/test_every_html.py",
    "tests/accounts/test_lock_out.py",
    "tests/ledger/test_webhooks.py",
    "tests/appraisal/test_any_course.py",
    "tests/media/test_attacks.py",
    "tests/auctions/test_demo_settlements.py",
    "tests/auctions/test_demo.py",
    "tests/catalog/test_load_demo.py",
    "tests/browser/test_every_page.py",
)


class ByFile(LoadScopeScheduling):
    """A file's fixtures are made once, on one worker.

    xdist's own `loadgroup` names groups in a field that pytest reads no more.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file in APART else file

    def _assign_work_unit(self, node: Any) -> None:
        waiting = (scope for file in FIRST for scope in self.workqueue if scope.startswith(file))
        longest = next(waiting, None)
        if longest is not None:
            self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)
