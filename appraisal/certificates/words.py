"""A check of a certificate in plain words: the answer, the ten questions, every code.

The codes are those of `appraisal.engine.credentials`; the page gives the same words to the check
in the browser, so that both say the same.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appraisal.engine.credentials import Answer, Finding, Question, Verdict
from appraisal.enums import CertificateKind

from .embedded import NoCertificateInside, SeveralCertificatesInside, UnreadablePaper

Words = Mapping[str, str | Promise]

VERDICTS: Final[Mapping[str, tuple[str, str | Promise, str | Promise]]] = {
    Verdict.VALID: (
        "ok",
        pgettext_lazy("certificate", "有效"),
        _("证书由本平台签发，内容没有改动，也没有被撤销或暂停。"),
    ),
    Verdict.SUPERSEDED: ("warn", _("已被新证书取代"), _("这份证书曾经有效，现在以新证书为准。")),
    Verdict.SUSPENDED: ("warn", _("暂停"), _("有人提出异议或情况有变，查清以前不要据此交易。")),
    Verdict.REVOKED: ("live", _("已撤销"), _("这份证书已经作废，不要据此交易。")),
    Verdict.INVALID: (
        "live",
        _("不成立"),
        _("内容被改动过，或者不是本平台签发的。不要相信它，下面写明是哪一项不符。"),
    ),
    Verdict.UNKNOWN: ("warn", _("不能确定"), _("有必须查明的一项没有查到，下面写明是哪一项。")),
    "not_found": ("warn", _("查不到"), _("登记册里没有这份证书。")),
}
"""The kind of a note, the large answer, one sentence."""

KINDS: Final[Words] = {
    "保真": _("作者保真证书"),
    "锁定": _("实物锁定证书"),
    "鉴定意见": _("专家组鉴定意见"),
}
KIND_NAMES: Final[Mapping[CertificateKind, str]] = {
    CertificateKind.AUTHOR: "保真",
    CertificateKind.LOCK: "锁定",
    CertificateKind.OPINION: "鉴定意见",
}
"""The kinds as they are stored, and as certificates name them."""
KIND_MEANINGS: Final[Words] = {
    "保真": _("在世的作者本人到场确认这件作品是他所作，过程有录像。"),
    "锁定": _("只锁定这一件实物的身份，不证明作者。"),
    "鉴定意见": _("专家组的意见，有同意也可能有异议；是意见，不是担保。"),
}
PANEL_RESULTS: Final[Words] = {
    "supported": _("支持所题"),
    "not-supported": _("不支持所题"),
    "undetermined": _("未形成多数意见，存疑"),
}
NOT_EXAMINED: Final[Words] = {
    "保真": _("没有请专家鉴定，也没有检测材料和年代。"),
    "锁定": _("没有查验作者、年代和真伪。"),
    "鉴定意见": _("专家没有写明。"),
}
FINDINGS: Final[Words] = {
    Finding.PROVEN: _("成立"),
    Finding.REFUTED: _("不成立"),
    Finding.OPEN: _("没有查到"),
}

QUESTIONS: Final[Mapping[str, tuple[str | Promise, str | Promise]]] = {
    Question.STRUCTURE: (
        _("文件的形式"),
        _("文件要能读，而且只有一种读法；否则两个人会从同一份文件读出两样内容。"),
    ),
    Question.KIND: (
        _("证书的种类"),
        _("保真、锁定、鉴定意见是三种不同的文件，各有必写的内容，不能混在一起。"),
    ),
    Question.PROOF: (
        _("电子签名"),
        _("签名由全部内容算出；改动任何一个字，签名就对不上。"),
    ),
    Question.ISSUER: (
        _("谁签发的"),
        _("别人也能做出正确的签名；所以还要看签名的钥匙是不是签发人公布的那一把。"),
    ),
    Question.KEY: (
        _("钥匙的期限"),
        _("每把钥匙只在一段时间里能签；过期、没到期或作废的钥匙签的不算。"),
    ),
    Question.DATES: (
        _("证书的期限"),
        _("证书写明从哪一天起有效，有的还写明到哪一天止。"),
    ),
    Question.REVOCATION: (
        _("有没有撤销"),
        _("签发人公布一张签了名的名单，证书作废了就记在上面。"),
    ),
    Question.SUSPENSION: (
        _("有没有暂停"),
        _("有异议时先暂停，查清以后恢复或撤销；同样记在签了名的名单上。"),
    ),
    Question.SUCCESSION: (
        _("有没有新证书"),
        _("内容要更正时不改旧证书，另签一份新的，写明取代哪一份。"),
    ),
    Question.LOG: (
        _("公开日志"),
        _("签发这件事还记进一本只能续写的公开日志，谁也不能事后补写或抽掉。"),
    ),
}
"""What is asked, and what it means."""

_FORM: Final[Words] = {
    "not_json": _("这不是证书文件，或者文件残缺。"),
    "not_utf8": _("文件的文字编码不对。"),
    "duplicate_key": _("同一项写了两次，两个人会读出两样内容。"),
    "lone_surrogate": _("文字里有残缺的字符。"),
    "too_deep": _("文件的层次过深，不是正常的证书。"),
    "too_large": _("文件过大，不是正常的证书。"),
    "number_beyond_double": _("里面有一个读不准的数字。"),
    "not_an_object": _("这不是证书文件。"),
    "context_wrong": _("没有声明所用的标准。"),
    "type_wrong": _("没有声明它是可验证凭证。"),
    "issuer_missing": _("没有写明谁签发。"),
    "subject_missing": _("没有写明证明什么。"),
    "id_wrong": _("证书的地址写得不对。"),
}
_KIND: Final[Words] = {
    "kind_known": _("种类写明了，必写的内容齐全。"),
    "not_a_certificate": _("这是一份别的凭证，不是艺术品证书。"),
    "member_unknown": _("里面有证书不该有的内容。"),
    "member_missing": _("缺少必写的内容。"),
    "member_wrong": _("有一项写得不合格式。"),
    "kind_mixed": _("混进了另一种证书的内容。"),
    "lock_without_statement": _("锁定证书没有写明“不证明作者”。"),
    "panel_wrong": _("专家人数对不上。"),
}
_PROOF: Final[Words] = {
    "signature_sound": _("签名与内容相符，一个字也没有改。"),
    "signature_wrong": _("签名与内容不符：签名以后，内容被改动过。"),
    "key_not_at_hand": _("手边没有它的公钥，签名无从核对。"),
    "browser_without_ed25519": _("这个浏览器不会核对这种签名；可以换一个浏览器，或者由本站核对。"),
    "proof_expired": _("签名自己写明的期限已过。"),
    "proof_missing": _("没有签名。"),
    "proof_not_single": _("签名不止一个，或者写法不对。"),
    "proof_form_unknown": _("签名的写法不对。"),
    "suite_unknown": _("用的是本平台不用的签名方法。"),
    "purpose_wrong": _("签名不是用来作证明的。"),
    "contexts_differ": _("签名所用的标准和证书的不同。"),
    "proof_date_unreadable": _("签名的日期读不出。"),
    "proof_value_unreadable": _("签名的数值读不出。"),
    "not_ed25519_key": _("写明的公钥不是所用的那种。"),
}
_KEY: Final[Words] = {
    "key_valid": _("签名时，这把钥匙在有效期内。"),
    "signing_date_missing": _("没有写明签名的时间。"),
    "signed_in_future": _("写明的签名时间还没有到。"),
    "key_not_yet_valid": _("签名时，这把钥匙还没有启用。"),
    "key_expired": _("签名时，这把钥匙已经过期。"),
    "key_revoked": _("签名时，这把钥匙已经作废。"),
    "key_revoked_since": _("钥匙后来作废了；签名的时间要由公开日志证明。"),
}
_STATUS: Final[Words] = {
    "not_revoked": _("名单上没有它，没有撤销。"),
    "revoked": _("名单上写明已经作废：撤销了，或者被新证书取代。"),
    "not_suspended": _("名单上没有它，没有暂停。"),
    "suspended": _("名单上写明已经暂停。"),
    "list_missing": _("没有拿到名单。"),
    "list_refused": _("拿到的名单不能用：不是同一个签发人有效签名的。"),
    "list_of_other_purpose": _("拿到的是另一种名单。"),
    "list_too_old": _("名单太旧。"),
    "index_outside": _("证书写的位置不在名单里。"),
    "no_entry": _("证书没有写明到哪张名单上查。"),
    "status_entry_unreadable": _("证书写的名单位置读不出。"),
}
_OTHER: Final[Mapping[str, Words]] = {
    Question.STRUCTURE: {"credential": _("能读，只有一种读法。"), **_FORM},
    Question.KIND: _KIND,
    Question.PROOF: {**_FORM, **_PROOF},
    Question.ISSUER: {
        "issuer_trusted": _("签名的钥匙是签发人公布的。"),
        "key_not_trusted": _("签名的钥匙没有公布过，谁都可能是签的人。"),
        "key_of_another": _("签名的钥匙属于别人，不是证书写的签发人。"),
    },
    Question.KEY: _KEY,
    Question.DATES: {
        "in_force": _("在有效期内。"),
        "date_unreadable": _("日期读不出。"),
        "not_yet_valid": _("还没有到开始的日期。"),
        "expired": _("有效期已过。"),
    },
    Question.REVOCATION: _STATUS,
    Question.SUSPENSION: _STATUS,
    Question.SUCCESSION: {
        "superseded": _("已经有一份新证书取代它。"),
        "no_successor_known": _("手边没有取代它的新证书。"),
    },
    Question.LOG: {
        "logged": _("公开日志里有它。"),
        "log_proof_absent": _("没有附公开日志的凭据，这一项不影响上面的结论。"),
    },
}
_NOT_EXAMINED_CODE: Final = _("前面有一项不成立，这一项没有再查。")
_UNNAMED: Final = _("这一项不合要求。")


def code_words(question: str, code: str) -> str:
    """The sentence of a code of one question."""
    if code == "not_examined":
        return str(_NOT_EXAMINED_CODE)
    return str(_OTHER[question].get(code, _UNNAMED))


def is_worded(question: str, code: str) -> bool:
    """Whether a code has a sentence of its own."""
    return code == "not_examined" or code in _OTHER[question]


def answer_row(answer: Answer) -> dict[str, str]:
    """One of the ten answers for a page."""
    title, meaning = QUESTIONS[answer.question]
    return {
        "question": answer.question.value,
        "title": str(title),
        "meaning": str(meaning),
        "finding": answer.finding.value,
        "finding_words": str(FINDINGS[answer.finding]),
        "words": code_words(answer.question, answer.code),
    }


def paper_problem(error: NoCertificateInside) -> str | Promise:
    """Why no certificate could be taken out of a PDF, and what to bring instead."""
    if isinstance(error, SeveralCertificatesInside):
        return _(
            "这份PDF里附了不止一份证书文件，分不清以哪一份为准。"
            "请用原来的PDF，或把要核对的那份JSON单独取出来。"
        )
    if isinstance(error, UnreadablePaper):
        return _("这份PDF读不出，可能已经损坏或加了密码。请用原来的PDF或JSON，或扫描纸上的码。")
    return _(
        "这份PDF里没有附证书文件，可能被别的软件重新存过。请用原来的PDF或JSON，或扫描纸上的码。"
    )


def for_script() -> dict[str, Any]:
    """Everything that the check in the browser says, in the reader's language."""
    return {
        "verdicts": {
            name: {"kind": kind, "title": str(title), "text": str(text)}
            for name, (kind, title, text) in VERDICTS.items()
            if name != "not_found"
        },
        "kinds": {name: [str(KINDS[name]), str(KIND_MEANINGS[name])] for name in KINDS},
        "results": {name: str(words) for name, words in PANEL_RESULTS.items()},
        "findings": {name.value: str(FINDINGS[name]) for name in Finding},
        "questions": {name.value: [str(part) for part in QUESTIONS[name]] for name in Question},
        "codes": {
            name.value: {code: str(words) for code, words in _OTHER[name].items()}
            for name in Question
            if name is not Question.SUSPENSION
        },
        "not_examined": str(_NOT_EXAMINED_CODE),
        "unnamed": str(_UNNAMED),
    }
