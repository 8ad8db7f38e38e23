"""The command that computes worked examples, on shared files and on our own bad ones."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from artmarket.core import examples
from artmarket.core.testing import require_shared

# A family that is claimed must stay claimed: extend this list with each engine.
CLAIMED_CASES = {
    "add_days": 11,
    "allocation": 5,
    "aml_cash": 4,
    "auction_notice": 4,
    "bullet": 6,
    "by_date": 5,
    "changed_terms": 3,
    "channel": 4,
    "cited": 20,
    "classification": 15,
    "closing": 34,
    "concentration": 5,
    "converted": 5,
    "dates-neutral-1/date": 127,
    "dates-neutral-1/period": 97,
    "day_count": 20,
    "day_kind": 13,
    "dead_pawn": 8,
    "deadline": 6,
    "default_commission_cap": 4,
    "defaulting_buyer": 6,
    "deposit_ladder": 7,
    "drawable": 5,
    "due_dates": 5,
    "early_payment": 5,
    "emi_ceil": 5,
    "equal_instalment": 9,
    "equal_principal": 8,
    "exempt": 6,
    "extension": 3,
    "external": 6,
    "fee_cap": 9,
    "floor_price": 4,
    "income_tax": 8,
    "instalment_split": 3,
    "judicial_commission": 9,
    "judicial_deposit": 4,
    "judicial_floor": 4,
    "lgd": 4,
    "margin": 10,
    "member_threshold": 6,
    "menu": 6,
    "net_principal": 4,
    "next_bid": 188,
    "notice_days": 5,
    "notice_end": 6,
    "object-id-1": 33,
    "overhead": 5,
    "payoff": 4,
    "penalty": 4,
    "preview": 5,
    "priority": 6,
    "provenance-neutral-1/authorities": 1,
    "provenance-neutral-1/document": 6,
    "provenance-neutral-1/marks": 9,
    "provenance-neutral-1/notes": 3,
    "provenance-neutral-1/occasion": 9,
    "provenance-neutral-1/paragraph": 276,
    "provenance-neutral-1/party": 23,
    "provenance-neutral-1/place": 8,
    "provenance-neutral-1/trade": 27,
    "provenance-neutral-1/zh-record": 17,
    "race": 4,
    "random_258": 20,
    "random_ebay": 20,
    "random_reserve": 24,
    "rate_cap": 8,
    "rate_change": 3,
    "rate_factor": 3,
    "redeem": 9,
    "release": 5,
    "renewal": 5,
    "reserve_edge": 12,
    "retention": 4,
    "retraction": 15,
    "round_down": 22,
    "rungs": 8,
    "same_item_gap": 8,
    "scale": 29,
    "simple_interest": 6,
    "snap_next": 18,
    "sothebys_seller_2024": 5,
    "stamp_duty": 4,
    "step_multiple": 12,
    "term": 6,
    "tier_probe": 186,
    "vat_inclusive": 6,
    "vat_on_top": 6,
}
TABLES = {"cn": {"years": [2025], "holidays": ["2025-01-01"], "makeup": [], "trading_closed": []}}
GIVEN = {"calendar": "cn", "date": "2025-01-01"}
RIGHT = {"working": False, "trading": False}


@pytest.fixture
def registry(monkeypatch) -> None:
    """Registrations of one test leave no trace."""
    monkeypatch.setattr(examples, "_families", dict(examples._families))
    monkeypatch.setattr(examples, "_formats", dict(examples._formats))


def case(**changed: Any) -> dict[str, Any]:
    return {"id": "c1", "family": "day_kind", "in": GIVEN, "out": RIGHT} | changed


def document(*cases: Any, **more: Any) -> dict[str, Any]:
    return {"meta": {}, "tables": TABLES, "cases": list(cases)} | more


class Ran:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run(tmp_path: Path, capsys):
    """Run the command on documents, or on bytes as they are."""

    def go(*files: dict[str, Any] | bytes | Path, as_json: bool = True, family: str = "") -> Ran:
        paths = []
        for number, content in enumerate(files):
            path = tmp_path / f"file{number}.json"
            if isinstance(content, Path):
                path = content
            elif isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
            paths.append(str(path))
        code = 0
        try:
            call_command("work_examples", *paths, json=as_json, family=family)
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return go


def shared_files() -> list[Path]:
    folder = require_shared("vectors")
    return sorted(folder.glob("**/*.json"))


def test_every_shared_case_of_a_claimed_family_comes_out_as_stated() -> None:
    found: Counter[str] = Counter()
    faults = []
    for path in shared_files():
        for result in examples.run(examples.read_file(path)):
            if result.state == "unclaimed":
                continue
            found[result.family] += 1
            if result.state != "equal":
                faults.append((path.name, result))
    assert faults == []
    assert dict(sorted(found.items())) == CLAIMED_CASES


def test_exactly_these_families_are_claimed() -> None:
    assert examples.claimed() == frozenset(CLAIMED_CASES)


def test_the_answers_do_not_depend_on_the_expected_ones(run) -> None:
    path = require_shared("vectors/calendar.json")
    whole = json.loads(path.read_text("utf-8"))
    expected = [{"id": row["id"], "out": row["out"]} for row in whole["cases"]]
    for row in whole["cases"]:
        del row["out"]
    ran = run(whole)
    assert ran.code == 0
    assert ran.lines == expected
    assert "63 computed" in ran.err


def test_the_command_reads_all_shared_files_and_fails_nothing(run) -> None:
    ran = run(*shared_files(), as_json=False)
    assert ran.code == 0
    assert "0 different" in ran.err and "0 failed" in ran.err
    families = {
        str(row["family"])
        for path in shared_files()
        for row in json.loads(path.read_text("utf-8")).get("cases", [])
        if "family" in row
    }
    told = {line.split()[3] for line in ran.err.splitlines() if line.startswith("no engine claims")}
    assert families - examples.claimed() == told & families


def test_one_line_a_case_in_utf8(run) -> None:
    ran = run(document(case(id="一"), case(id="二", family="kites", extra="未知")))
    assert ran.code == 0
    assert ran.out == (
        '{"id": "一", "out": {"working": false, "trading": false}}\n'
        '{"id": "二", "unclaimed": "kites"}\n'
    )
    assert "no engine claims kites (1 cases)" in ran.err


def test_a_difference_is_shown_in_words_and_exits_1(run) -> None:
    wrong = case(out={"working": True, "trading": False, "festival": "元旦"})
    ran = run(document(wrong), as_json=False)
    assert ran.code == 1
    assert "DIFFERENT" in ran.out
    assert "working: false, expected true" in ran.out
    assert 'festival: missing, expected "元旦"' in ran.out
    assert run(document(wrong)).code == 1


def test_a_refusal_of_an_engine_is_an_answer(run) -> None:
    given = GIVEN | {"date": "2031-01-01"}
    ran = run(document({"id": "c", "family": "day_kind", "in": given}))
    assert ran.code == 0
    assert ran.lines == [{"id": "c", "out": {"error": "calendar_not_covered"}}]


def test_a_crash_is_told_for_its_case_and_the_rest_goes_on(run, registry) -> None:
    def breaks(tables: object, given: object) -> None:
        raise ZeroDivisionError("nothing to share")

    examples.register("breaks", breaks)
    ran = run(document(case(family="breaks"), case(id="c2")))
    assert ran.code == 1
    assert ran.lines == [
        {"id": "c1", "failed": "ZeroDivisionError: nothing to share"},
        {"id": "c2", "out": RIGHT},
    ]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (case(**{"in": None}), "the case has no `in`"),
        (case(family=None), "the case names no family"),
        (case(family=["x"]), "the case names no family"),
        (case(**{"in": {"calendar": "cn"}}), "date is missing or of another type"),
        (case(**{"in": GIVEN | {"date": "soon"}}), "date is not a day"),
        (case(**{"in": GIVEN | {"calendar": "mars"}}), "the tables hold no calendar mars"),
        ("no case", "the case is not an object"),
    ],
)
def test_a_malformed_case_is_told_and_the_rest_goes_on(run, broken: Any, said: str) -> None:
    ran = run(document(broken, case(id="c2")))
    assert ran.code == 1
    assert ran.lines[0]["failed"] == said
    assert ran.lines[1] == {"id": "c2", "out": RIGHT}


@pytest.mark.parametrize("tables", [None, [], {}])
def test_missing_tables_fail_only_the_cases_that_need_them(run, tables: Any) -> None:
    kept = {"id": "r", "family": "retention", "in": {"from": "2025-06-30", "years": 5}}
    whole = document(case(), kept) | {"tables": tables}
    ran = run(whole)
    assert ran.code == 1
    assert ran.lines[0]["failed"] == "the tables hold no calendar cn"
    assert ran.lines[1] == {"id": "r", "out": {"keep_until": "2030-06-30"}}


def test_a_byte_order_mark_is_no_obstacle(run) -> None:
    ran = run(b"\xef\xbb\xbf" + json.dumps(document(case())).encode())
    assert (ran.code, ran.lines) == (0, [{"id": "c1", "out": RIGHT}])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"cases": 3}',
        b"[]",
        b'{"cases": [{"id": NaN}]}',
        "中".encode("gb18030"),
        b"[" * 200_000,
        b'{"cases": [' + b"9" * 5000 + b"]}",
    ],
)
def test_an_unreadable_file_exits_2_and_the_others_are_computed(run, content: bytes) -> None:
    ran = run(content, document(case()))
    assert ran.code == 2
    assert ran.lines == [{"id": "c1", "out": RIGHT}]
    assert "file0.json: " in ran.err


def test_a_file_that_is_not_there_and_one_that_is_too_large_exit_2(
    run, tmp_path: Path, monkeypatch
) -> None:
    assert run(tmp_path / "none.json").code == 2
    monkeypatch.setattr(examples, "LARGEST_FILE", 100)
    ran = run(document(case()))
    assert ran.code == 2
    assert "larger than 100 bytes" in ran.err


def test_only_the_family_that_was_asked_for_is_computed(run) -> None:
    ran = run(document(case(), case(id="c2", family="retention")), family="day_kind")
    assert [line["id"] for line in ran.lines] == ["c1"]


def test_a_large_file_is_computed_whole(run) -> None:
    ran = run(document(*(case(id=str(n)) for n in range(5000))))
    assert ran.code == 0
    assert len(ran.lines) == 5000


def test_a_list_is_claimed_by_its_format_and_kind(run, registry) -> None:
    examples.register_list("kites-1", lambda given: {"keys": sorted(given)}, kind="diamond")
    rows = [
        {"kind": "diamond", "text": "a", "expect": {"keys": ["kind", "text"]}},
        {"id": "d2", "kind": "delta", "text": "b", "expect": {}},
    ]
    ran = run({"format": "kites-1", "cases": rows})
    assert ran.code == 0
    assert ran.lines == [
        {"id": "0", "out": {"keys": ["kind", "text"]}},
        {"id": "d2", "unclaimed": "kites-1/delta"},
    ]


def test_a_document_of_another_form_is_unclaimed_and_not_unreadable(run) -> None:
    ran = run({"format": "merkle-1", "trees": []})
    assert (ran.code, ran.lines) == (0, [{"id": "merkle-1", "unclaimed": "merkle-1"}])


def test_two_engines_cannot_claim_one_family(registry) -> None:
    def first(tables: object, given: object) -> dict[str, Any]:
        return {}

    examples.register("kites", first)
    examples.register("kites", first)
    with pytest.raises(ValueError):
        examples.register("kites", lambda tables, given: {})


@pytest.mark.parametrize(
    ("out", "expected", "count"),
    [
        ({"a": "1.50"}, {"a": "1.5"}, 0),
        ({"a": "1.50"}, {"a": "1.51"}, 1),
        ({"a": "1"}, {"a": 1}, 1),
        ({"a": True}, {"a": 1}, 1),
        ({"a": None}, {}, 1),
        ({"a": ["1", "2"]}, {"a": ["1.0", "2.0"]}, 0),
        ({"a": ["1"]}, {"a": ["1", "2"]}, 1),
        ({"a": "2025-01-01"}, {"a": "2025-01-02"}, 1),
    ],
)
def test_amounts_compare_as_decimals_and_nothing_else_does(
    out: Any, expected: Any, count: int
) -> None:
    assert len(list(examples.differences(out, expected))) == count


def test_in_lists_text_is_text_and_an_unasked_false_is_nothing() -> None:
    assert list(examples.differences({"edtf": "0100"}, {"edtf": "100"}, amounts=False))
    assert not list(examples.differences({"a": False}, {}, amounts=False))
    assert list(examples.differences({"a": False}, {}))
    assert list(examples.differences({"a": True}, {}, amounts=False))
