"""A record as a PDF to be signed: the sale, its rules, the paddles, each lot's course, results.

Printed is the digest of the CSV file of the same record, so that either proves the other.
"""

from artmarket.core.sheets import SMALL, Sheets

from .gathering import Record, time_words

SECTIONS = (("sale", "拍卖会"), ("rule", "规则"))
NOTE = (
    "价格是每一步以后的公开价格，时间是平台收到的北京时间。保留价和竞买人的最高价不入笔录；"
    "密封报价在开标以后才列金额。"
)


def pdf_of(record: Record, *, digest: str) -> bytes:
    """The record on paper; `digest` is that of its CSV file."""
    sheets = Sheets(
        title=f"拍卖笔录：{record.title}", foot=f"拍卖笔录 {record.title[:24]} · CSV {digest[:16]}…"
    )
    sheets.heading("拍卖笔录", size=20)
    sheets.text_line(record.title, size=12)
    if not record.is_final:
        sheets.text_line("拍卖会还没有结束，本笔录记到打印时为止，不作签名用。", size=10)
    sheets.text_line(NOTE, size=SMALL, grey=True)
    for section, words in SECTIONS:
        sheets.heading(words)
        sheets.grid((), [(row.kind, time_words(row.words)) for row in record.of(section)], (22, 78))
    _paddles(sheets, record)
    for lot in record.of("lot"):
        _lot(sheets, record, lot.lot)
    _results(sheets, record)
    _signatures(sheets, record, digest)
    return bytes(sheets.output())


def _paddles(sheets: Sheets, record: Record) -> None:
    rows = record.of("paddle")
    sheets.heading(f"竞买登记，{len(rows)}个号牌")
    if not rows:
        sheets.text_line("没有人登记。")
        return
    with_names = any(row.words for row in rows)
    cells = [(row.paddle, time_words(row.time), row.kind, row.words) for row in rows]
    if with_names:
        sheets.grid(("号牌", "登记时间", "状态", "竞买人"), cells, (12, 30, 18, 40))
    else:
        sheets.grid(("号牌", "登记时间", "状态"), [row[:3] for row in cells], (15, 45, 40))


def _lot(sheets: Sheets, record: Record, number: str) -> None:
    lot = record.of("lot", number)[0]
    sheets.heading(f"拍品{number}　{lot.words}", size=11, keep=34)
    sheets.text_line(f"起拍价 {_amount(lot.amount)} {lot.currency}")
    course = record.of("course", number)
    if course:
        sheets.grid(
            ("序号", "时间", "事项", "号牌", "价格", "渠道", "说明"),
            [
                (
                    row.sequence, time_words(row.time), row.kind, row.paddle, _amount(row.amount),
                    row.channel, time_words(row.words),
                )
                for row in course
            ],
            (8, 25, 14, 9, 20, 11, 30),
            right=(0, 3, 4),
        )  # fmt: skip
    sheets.ln(1)
    for row in record.of("result", number):
        sold = (
            f"，号牌{row.paddle}，落槌价 {_amount(row.amount)} {row.currency}" if row.paddle else ""
        )
        reason = f"，理由：{row.words}" if row.words else ""
        sheets.text_line(f"结果：{row.kind}{sold}{reason}（{time_words(row.time)}）")


def _results(sheets: Sheets, record: Record) -> None:
    rows = record.of("result")
    if not rows:
        return
    sheets.heading("结果")
    sheets.grid(
        ("拍品", "结果", "号牌", "落槌价", "买受人签名"),
        [
            (row.lot, row.kind, row.paddle, _amount(row.amount), "" if row.paddle else "—")
            for row in rows
        ],
        (12, 20, 14, 22, 32),
        right=(0, 2, 3),
        height=7,
    )


def _signatures(sheets: Sheets, record: Record, digest: str) -> None:
    sheets.heading("签名", keep=70)
    for who in ("拍卖师", "记录人"):
        sheets.ln(8)
        sheets.text_line(f"{who}：______________________________　　日期：________________")
    sheets.ln(6)
    sheets.text_line("CSV文件的SHA-256摘要：", size=SMALL, grey=True)
    sheets.text_line(digest, size=SMALL)


def _amount(text: str) -> str:
    """A figure with its thousands apart."""
    whole, point, parts = text.partition(".")
    return f"{int(whole):,}{point}{parts}" if whole else ""
