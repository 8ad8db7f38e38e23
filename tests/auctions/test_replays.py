"""Recorded histories through the engine: our own small ones, and the shared real ones."""

import json

import pytest
from django.core.management import CommandError, call_command

from artmarket.core.testing import require_shared

HEAD = "auctionid,bid,bidtime,bidder,openbid,price\n"
ROWS = "7,300,1.5,甲,1,305\n7,400,2.5,乙,1,305\n7,200,0.5,丙,1,305\n8,12,0.1,丁,9.99,9.99\n"


def ran(capsys, *args):
    call_command("replay_bids", *map(str, args), "--json")
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def history(tmp_path):
    path = tmp_path / "bids.csv"
    path.write_text("\ufeff" + HEAD + ROWS, encoding="utf-8")
    return path


@pytest.mark.django_db
def test_a_history_is_played_in_the_order_of_its_times(capsys, history):
    first, second, counts = ran(capsys, history)
    assert (first["price"], first["leader"], first["differences"]) == ("305.00", "乙", [])
    assert (second["price"], second["bidders"]) == ("9.99", 1)
    assert counts == {
        "lots": 2,
        "several_bidders": 1,
        "results": {"accepted": 4},
        "leader_as_recorded": 2,
        "price_as_recorded": 2,
        "price_as_recorded_several": 1,
    }


@pytest.mark.django_db
def test_json_lines_say_the_same(capsys, history, tmp_path):
    names = HEAD.strip().split(",")
    lines = [
        json.dumps(dict(zip(names, row.split(","), strict=True)), ensure_ascii=False)
        for row in ROWS.splitlines()
    ]
    path = tmp_path / "bids.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert ran(capsys, path) == ran(capsys, history)


@pytest.mark.django_db
def test_another_ladder_gives_another_price(capsys, history):
    first, *_rest = ran(capsys, history, "--rules", "trademe-nz")
    assert first["price"] == "305.00"
    first, *_rest = ran(capsys, history, "--rules", "poly_hk_2019")
    assert (first["price"], first["differences"]) == ("400.00", ["price"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("auctionid,bid\n1,2\n", "bidtime"),
        (HEAD + "7,three,1,a,1,1\n", "第2行"),
        (HEAD + "7,1.005,1,a,1,1\n", "第2行"),
        ('{"auctionid": 1}\n', "第1行"),
        ("{\n", "第1行"),
    ],
)
def test_what_is_no_history_is_refused_with_its_line(tmp_path, text, words):
    path = tmp_path / "x"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        call_command("replay_bids", str(path))


@pytest.mark.django_db
def test_an_unknown_ladder_and_a_missing_file_are_said(tmp_path, history):
    with pytest.raises(CommandError, match="nobody"):
        call_command("replay_bids", str(history), "--rules", "nobody")
    with pytest.raises(CommandError, match="No such file"):
        call_command("replay_bids", str(tmp_path / "none"))


@pytest.mark.django_db
def test_the_real_histories_end_as_stated(capsys):
    *lots, counts = ran(capsys, require_shared("data/ebay_bids.csv"))
    assert counts == {
        "lots": 405,
        "several_bidders": 387,
        "results": {"accepted": 6989, "not_above_own_max": 44, "below_ask": 4},
        "leader_as_recorded": 405,
        "price_as_recorded": 383,
        "price_as_recorded_several": 366,
    }
    different = {lot["lot"] for lot in lots if lot["differences"]}
    assert {"8212190120", "8212610170", "3017736272"} <= different
    assert len(different) == 22
