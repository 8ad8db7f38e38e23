"""Play recorded bid histories through the engine; see `auctions.replays`."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auctions import replays, rule_books
from auctions.engine.tables import TableProblem


class Command(BaseCommand):
    help = str(gettext_lazy("用真实出价的引擎重放一份出价历史，与记录的结果对照。"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--rules", default="ebay-us", metavar="NAME")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["rules"].replace("_", "-")
        try:
            ladder = rule_books.named_ladder(name, replays.UNIT)
            played = list(replays.replay(ladder, replays.read_rows(options["file"])))
        except rule_books.UnknownRuleSet:
            words = _("没有叫%(name)s的加价阶梯。") % {"name": name}
            raise CommandError(words, returncode=2) from None
        except (replays.Unreadable, TableProblem, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        for one in played:
            if options["as_json"]:
                self.stdout.write(json.dumps(one.as_dict(), ensure_ascii=False))
            else:
                self.stdout.write(_line(one))
        counts = replays.summary(played)
        self.stdout.write(json.dumps(counts) if options["as_json"] else _words(counts))


def _line(one: replays.Replay) -> str:
    shown = one.as_dict()
    words = _("%(lot)s：价格%(price)s，领先%(leader)s") % shown
    if one.differences:
        words += _("；记录为%(recorded_price)s，%(recorded_winner)s") % shown
    return words


def _words(counts: dict[str, Any]) -> str:
    return (
        _(
            "%(lots)d件，领先者与记录一致%(leader_as_recorded)d件，价格一致%(price_as_recorded)d件；"
            "两人以上竞价%(several_bidders)d件，价格一致%(price_as_recorded_several)d件。"
        )
        % counts
        + "\n"
        + "  ".join(f"{k} {v}" for k, v in sorted(counts["results"].items()))
    )
