"""The file for strangers and the browser's module find what the platform finds, case by case."""

import importlib.util
import json
import math
import os
import random
import shutil
import struct
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from appraisal.engine.credentials import Question, canonical, read_json, read_keys, verify
from artmarket.core.testing import PROJECT_DIR

from .cases import Case, own_cases, vector_cases
from .making import KEY, NOW, signed, vectors

FILE = PROJECT_DIR / "docs" / "check_certificate.py"
MODULE = PROJECT_DIR / "appraisal" / "static" / "appraisal" / "js" / "verify.js"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

Found = dict[str, Any]
ASK = """
async ({ verifyCredential }, cases) => {
  const found = [];
  for (const { text, keys, lists, successors, at } of cases) {
    const options = { successors, at: new Date(at) };
    const { verdict, answers, ...stated } = await verifyCredential(text, keys, lists, options);
    const codes = answers.map(({ question, finding, code }) => [question, finding, code]);
    const [signed, as_of] = [stated.signedAt, stated.statusAsOf].map(
      (moment) => moment && Date.parse(moment) / 1000,
    );
    found.push({ verdict, codes, kind: stated.kind, issuer: stated.issuer, signed, as_of });
  }
  return found;
}
"""
WRITE = "async ({ canonical, readJson }, texts) => texts.map((text) => canonical(readJson(text)))"


@lru_cache
def cases() -> tuple[Case, ...]:
    return tuple(own_cases())


def platform(case: Case) -> Found:
    found = verify(
        case.text,
        read_keys(case.keys),
        case.at,
        status_lists=case.lists,
        successors=case.successors,
    )
    codes = [[a.question.value, a.finding.value, a.code] for a in found.answers]
    assert [code[0] for code in codes] == [question.value for question in Question]
    return {
        "verdict": found.verdict.value,
        "codes": codes,
        "kind": found.kind,
        "issuer": found.issuer,
        "signed": found.signed_at and found.signed_at.timestamp(),
        "as_of": found.status_as_of and found.status_as_of.timestamp(),
    }


def by_file(case: Case) -> Found:
    checker = _checker()
    verdict, answers, facts = checker.check(
        case.text.encode("utf-8"),
        checker.read_keys(checker.read_json(json.dumps(case.keys).encode())),
        case.at,
        [checker.read_json(json.dumps(item).encode()) for item in case.lists],
        [checker.read_json(json.dumps(item).encode()) for item in case.successors],
    )
    signed, as_of = facts.get("signed"), facts.get("as_of")
    finding, _, kind = answers["kind"]
    return {
        "verdict": verdict,
        "codes": [[name, *answer[:2]] for name, answer in answers.items()],
        "kind": kind if finding == "proven" else "",
        "issuer": facts.get("issuer", ""),
        "signed": signed and signed.timestamp(),
        "as_of": as_of and as_of.timestamp(),
    }


@lru_cache
def _checker() -> Any:
    spec = importlib.util.spec_from_file_location("check_certificate", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_node(function: str, given: list[Any], folder: Path) -> list[Any]:
    shutil.copy(MODULE, folder / "verify.mjs")
    (folder / "cases.json").write_text(json.dumps(given), "utf-8")
    (folder / "run.mjs").write_text(
        'import { readFileSync } from "node:fs";\n'
        'import * as module from "./verify.mjs";\n'
        'const given = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf-8"));\n'
        f"console.log(JSON.stringify(await ({function.strip()})(module, given)));\n"
    )
    run = subprocess.run(
        ["node", str(folder / "run.mjs")], capture_output=True, text=True, timeout=300, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def by_chromium(function: str, given: list[Any], folder: Path) -> list[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        policy = {"Content-Security-Policy": "default-src 'none'; script-src 'self'"}
        start = 'import * as module from "/verify.js"; window.check = module;'
        served = {
            "/": ("text/html", '<!doctype html><script type="module" src="/start.js"></script>'),
            "/start.js": ("text/javascript", start),
            "/verify.js": ("text/javascript", MODULE.read_text("utf-8")),
        }

        def serve(route: Any) -> None:
            kind, body = served[urlsplit(route.request.url).path]
            route.fulfill(body=body, content_type=kind, headers=policy)

        page.route("https://check.example/**", serve)
        page.goto("https://check.example/")
        page.wait_for_function("() => 'check' in window")
        found = page.evaluate(f"(given) => ({function.strip()})(window.check, given)", given)
        browser.close()
    return found


RUNNERS = {"node": by_node, "chromium": by_chromium}


@pytest.fixture(params=["node", "chromium"])
def script(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Runs a function with the browser's module and many cases."""
    at_hand = {"node": shutil.which("node"), "chromium": CHROMIUM}
    if not at_hand[request.param]:
        if os.environ.get("CI") and not any(at_hand.values()):
            pytest.fail("neither node nor chromium is at hand to run verify.js")
        pytest.skip(f"{request.param} is not at hand")

    def run(function: str, given: list[Any]) -> list[Any]:
        return RUNNERS[request.param](function, given, tmp_path)

    return run


def shown(given: list[Case]) -> list[Any]:
    return [{**vars(case), "at": case.at.isoformat()} for case in given]


def assert_same(given: list[Case], found: list[Found]) -> None:
    expected = [platform(case) for case in given]
    differing = [
        (case.name, one, other)
        for case, one, other in zip(given, expected, found, strict=True)
        if one != other
    ]
    assert differing == []


def test_the_cases_reach_every_verdict_and_most_codes() -> None:
    found = [platform(case) for case in cases()]
    verdicts = {item["verdict"] for item in found}
    assert verdicts == {"valid", "invalid", "revoked", "suspended", "superseded", "unknown"}
    codes = {code[2] for item in found for code in item["codes"]}
    unreached = _checker().WORDS.keys() - codes
    assert unreached == {
        "too_large", "not_utf8", "keys_unreadable", "key_twice",
    }  # fmt: skip
    assert codes <= _checker().WORDS.keys()


def test_the_file_for_strangers_agrees_on_every_case() -> None:
    assert_same(list(cases()), [by_file(case) for case in cases()])


def test_the_file_for_strangers_agrees_on_every_vector() -> None:
    given = list(vector_cases(vectors()))
    assert len(given) == 23
    assert_same(given, [by_file(case) for case in given])


def test_the_module_of_the_browser_agrees_on_every_case(script) -> None:
    assert_same(list(cases()), script(ASK, shown(list(cases()))))


def test_the_module_of_the_browser_agrees_on_every_vector(script) -> None:
    given = list(vector_cases(vectors()))
    assert_same(given, script(ASK, shown(given)))


def test_all_lists_of_the_vectors_are_judged_as_stated() -> None:
    given = [case for case in vector_cases(vectors()) if case.name.startswith("lists")]
    found = [{code[0]: code[2] for code in platform(case)["codes"]} for case in given]
    assert [item["revocation"] for item in found] == [
        "not_revoked", "list_refused", "index_outside", "list_refused", "list_refused",
    ]  # fmt: skip


def test_all_three_write_the_same_canonical_text(script) -> None:
    texts = [*(json.dumps(case["input"]) for case in vectors()["jcs"]), *odd_values()]
    expected = [canonical(read_json(text)).decode() for text in texts]
    assert expected[:7] == [case["output"] for case in vectors()["jcs"]]
    checker = _checker()
    assert [checker.canonical(json.loads(text)) for text in texts] == expected
    assert script(WRITE, texts) == expected


def test_a_browser_without_the_algorithm_leaves_the_question_open(script) -> None:
    without = ASK.replace(
        "const found = [];",
        """const found = [];
  crypto.subtle.importKey = async () => {
    throw new DOMException("no Ed25519", "NotSupportedError");
  };""",
    )
    assert without != ASK
    (found,) = script(without, shown([named("锁定")]))
    assert found["verdict"] == "unknown"
    assert ["proof", "open", "browser_without_ed25519"] in found["codes"]


def odd_values() -> list[str]:
    """Doubles of every size and texts of every plane, the same in each run."""
    chance = random.Random(8785)
    doubles = [struct.unpack(">d", chance.randbytes(8))[0] for _ in range(2000)]
    doubles += [
        chance.choice((1, -1)) * chance.randrange(10**9) * 10.0**power for power in range(-40, 40)
    ]
    doubles += [float(2**power) for power in range(-60, 90)]
    numbers = [repr(number) for number in doubles if math.isfinite(number)]
    planes = (0x20, 0x7F, 0xA0, 0x300, 0x2028, 0x4E00, 0xE000, 0xFB33, 0xFFFD, 0x1F600, 0x10FFFF)
    names = ["".join(map(chr, chance.choices(planes, k=3))) for _ in range(300)]
    escapes = "".join(map(chr, range(0x20)))
    return [*numbers, json.dumps(dict.fromkeys(names, names)), json.dumps({escapes: escapes})]


# ------------------------------------------------------------------ the file, as a stranger runs it


def put(folder: Path, name: str, value: Any) -> str:
    text = value if isinstance(value, str | bytes) else json.dumps(value, ensure_ascii=False)
    path = folder / name
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return str(path)


def run_file(folder: Path, case: Case, *more: str) -> subprocess.CompletedProcess[str]:
    """Runs the file alone: another folder, isolated from our code and from the environment."""
    lists = [put(folder, f"list-{number}.json", item) for number, item in enumerate(case.lists)]
    return subprocess.run(
        [
            sys.executable, "-I", "-W", "error", str(shutil.copy(FILE, folder)),
            put(folder, "certificate.json", case.text),
            "--keys", put(folder, "did.json", case.keys),
            "--at", case.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            *(["--status", *lists] if lists else []),
            *more,
        ],
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False, cwd=folder, env={},
    )  # fmt: skip


def named(name: str) -> Case:
    return next(case for case in cases() if case.name == name)


@pytest.mark.parametrize(
    ("name", "code", "chinese", "english"),
    [
        ("锁定", 0, "有效", "VALID"),
        ("key of another", 1, "签名的密钥不属于文件所写的签发者", "not the named issuer's"),
        ("revoked", 1, "已撤销", "REVOKED"),
        ("suspended", 1, "已中止", "SUSPENDED"),
        ("no lists", 2, "没有提供状态清单", "UNDECIDED"),
        ("text: duplicate key", 1, "同一对象内有重复的键", "a key stands twice"),
        ("鉴定意见 owner", 1, "含有不允许的内容", "has no place in it"),
    ],
)
def test_a_stranger_reads_what_is_proven_in_both_languages(
    tmp_path, name, code, chinese, english
) -> None:
    run = run_file(tmp_path, named(name))
    assert (run.returncode, run.stderr) == (code, "")
    assert chinese in run.stdout
    assert english in run.stdout


def test_a_valid_lock_says_how_old_the_status_is_and_that_it_proves_no_author(tmp_path) -> None:
    run = run_file(tmp_path, named("锁定"))
    assert "Status as of: 2026-05-31 00:00:00 UTC (1天0小时 · 1 d 0 h)" in run.stdout
    assert "does NOT prove the author" in run.stdout
    assert "不证明作者" in run.stdout


def test_an_old_status_is_said_to_be_old(tmp_path) -> None:
    case = named("锁定")
    assert "are old" not in run_file(tmp_path, case).stdout
    run = run_file(tmp_path, replace(case, at=case.at + timedelta(days=7)))
    assert (run.returncode, "are old; get newer ones" in run.stdout) == (0, True)


def test_the_words_of_a_stranger_are_not_shown_as_those_of_the_issuer(tmp_path) -> None:
    run = run_file(tmp_path, named("a stranger for himself"))
    assert run.returncode == 1
    assert "the key is not among those you trust" in run.stdout
    assert "溪山晴雪" not in run.stdout


def test_a_certificate_cannot_draw_on_the_terminal(tmp_path) -> None:
    case = Case("escape", json.dumps(signed(title="\u001b[2J\u001b[H有效 VALID\u202e")))
    run = run_file(tmp_path, case)
    assert run.returncode == 0
    assert "\u001b" not in run.stdout
    assert "\u202e" not in run.stdout


def test_vectors_give_their_exit_codes_on_the_command_line(tmp_path) -> None:
    expected = {"w3c": 2, "certificates": 1, "traps": 1, "negative": 1, "lists": 2, "lists: 0": 0}
    for number, case in enumerate(vector_cases(vectors())):
        folder = tmp_path / str(number)
        folder.mkdir()
        run = run_file(folder, case, "--json")
        code = expected.get(case.name, expected[case.name.partition(":")[0]])
        assert run.returncode == code, case.name
        assert json.loads(run.stdout)["verdict"] == platform(case)["verdict"]


@pytest.mark.parametrize("keys", ["", "[]", '{"keys": [{"id": "x"}]}', '{"keys": [7]}', b"\xff"])
def test_unreadable_keys_decide_nothing(tmp_path, keys) -> None:
    run = run_file(tmp_path, Case("keys", named("锁定").text, keys))
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert run.stderr != ""


def test_absent_files_and_bad_bytes_are_said_in_words(tmp_path) -> None:
    case = named("锁定")
    run = run_file(tmp_path, case, "--successor", str(tmp_path / "absent.json"))
    assert (run.returncode, "cannot read the file" in run.stderr) == (2, True)
    bad = put(tmp_path, "bad.json", b"\xff\xfe")
    run = run_file(tmp_path, case, "--successor", bad)
    assert (run.returncode, "not UTF-8" in run.stderr) == (0, True)
    checker = _checker()
    for content, code in ((b"\xff", "not_utf8"), (b" " * (4 * 1024 * 1024 + 1), "too_large")):
        assert checker.check(content, {}, NOW)[1]["structure"][1] == code
        assert verify(content, [KEY], NOW).answer(Question.STRUCTURE).code == code


def test_nothing_of_ours_is_imported_by_the_file() -> None:
    import ast

    tree = ast.parse(FILE.read_text("utf-8"))
    froms = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    roots = {name.partition(".")[0] for name in froms | names}
    assert roots - set(sys.stdlib_module_names) == {"cryptography"}
