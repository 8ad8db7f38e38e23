"""Chinese is the source, English is complete: no word is missing, none is left in the other."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.conf import settings
from django.core.management import CommandError, call_command
from django.template.base import Lexer, TokenType
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from artmarket.core import messages
from artmarket.core.punctuation import bracketed, clauses, labelled, listed

ROOT = Path(settings.BASE_DIR)
CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"
HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]")
FULL_WIDTH = re.compile(r"[\u3000-\u303f\uff00-\uffef]")
MARKS = frozenset("：，（）。、；")
TYPED_SPACE = re.compile(r"[㐀-鿿] (?=[A-Za-z0-9%{])|(?<=[A-Za-z0-9)}]) (?=[㐀-鿿])")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)\{\w+\}")
# Pages that must show without the database say both languages; the sheet of samples is Chinese.
BOTH_LANGUAGES = frozenset({"400.html", "500.html", "503.html", "components.html"})


def entries() -> list[Message]:
    return [message for message in messages.read(CATALOGUE) if message.id]


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _chinese(text: str) -> bool:
    return bool(HAN.search(text) or FULL_WIDTH.search(text))


# ------------------------------------------------------------ the catalogue


def test_the_catalogue_holds_exactly_the_words_of_the_source() -> None:
    difference = messages.compare(messages.collect(ROOT), messages.read(CATALOGUE))
    assert not difference.missing, "run `make messages`"
    assert not difference.obsolete, "run `make messages`"


def test_every_message_is_translated_and_none_is_a_guess() -> None:
    assert messages.untranslated(messages.read(CATALOGUE)) == ()


def test_every_message_id_is_chinese() -> None:
    wrong = [i for m in entries() for i in ids(m) if not HAN.search(i) and i not in MARKS]
    assert wrong == []


def test_no_english_is_left_in_chinese_or_full_width() -> None:
    wrong = [s for m in entries() for s in strings(m) if _chinese(s)]
    assert wrong == []


def test_the_placeholders_of_both_languages_agree() -> None:
    wrong = []
    for message in entries():
        for english in strings(message):
            here = sorted(PLACEHOLDER.findall(ids(message)[-1]))
            if here != sorted(PLACEHOLDER.findall(english)):
                wrong.append((message.id, english))
    assert wrong == []


def test_chinese_has_no_typed_spaces_between_han_and_latin() -> None:
    assert [i for m in entries() for i in ids(m) if TYPED_SPACE.search(i)] == []


def test_english_neither_shouts_nor_apologises() -> None:
    words = re.compile(r"\b(oops|sorry|dear user|please note)\b|!", re.IGNORECASE)
    assert [s for m in entries() for s in strings(m) if words.search(s)] == []


def test_templates_say_every_chinese_word_through_the_catalogue() -> None:
    wrong = []
    for path in messages.source_files(ROOT):
        if path.suffix == ".py" or path.name in BOTH_LANGUAGES:
            continue
        inside = ""
        for token in Lexer(path.read_text(encoding="utf-8")).tokenize():
            if token.token_type == TokenType.BLOCK:
                name = token.contents.split()[0]
                if name == "comment" or name.startswith("blocktrans"):
                    inside = name
                elif name in {"endcomment"} or name.startswith("endblocktrans"):
                    inside = ""
            elif token.token_type == TokenType.TEXT and not inside and _chinese(token.contents):
                wrong.append(f"{path.relative_to(ROOT)}:{token.lineno}")
    assert wrong == []


# ---------------------------------------------------------------- collecting


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small platform of its own: a module, a template, and folders to be passed over."""
    files = {
        "catalog/shop.py": '_("一")\nngettext("%(n)s件", "%(n)s件", 2)\npgettext("动词", "登记")\n',
        "catalog/templates/catalog/a.html": (
            "{% extends 'base.html' %}{% comment %}\n多行 \"注释\n{% endcomment %}"
            "{% translate '二' %}\n    <c-fact label=\"{% translate '三' %}\">\n  it's {{ _('四') }}\n"
            "{% blocktranslate count n=n %}{{ n }}件{% plural %}{{ n }}件{% endblocktranslate %}"
        ),
        "catalog/migrations/0001.py": '_("不收")\n',
        "cms/templates/cms/a.txt": "{% blocktranslate %}五{{ x }}{% endblocktranslate %}",
        "var/x.py": '_("不收")\n',
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_words_are_found_in_modules_templates_and_components(source: Path) -> None:
    found = {(m.context, m.id) for m in messages.collect(source) if m.id}
    assert found == {
        (None, "一"),
        (None, ("%(n)s件", "%(n)s件")),
        ("动词", "登记"),
        (None, "二"),
        (None, "三"),
        (None, "四"),
        (None, "五%(x)s"),
    }


def test_collecting_keeps_translations_and_drops_what_is_gone(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    catalog = messages.merged(messages.collect(source), messages.read(path))
    catalog.get("二").string = "two"
    catalog.add("旧", "old")
    catalog.add("三", "guess", flags={"fuzzy"})
    messages.write(catalog, path)
    again = messages.merged(messages.collect(source), messages.read(path))
    assert again.get("二").string == "two"
    assert again.get("旧") is None
    assert again.get("三").string == ""
    assert messages.write(again, path) is True
    assert messages.write(messages.merged(messages.collect(source), messages.read(path)), path) is (
        False
    )
    assert ":1" not in path.read_text(encoding="utf-8")


def test_a_template_that_cannot_be_read_is_named(source: Path) -> None:
    bad = source / "cms" / "templates" / "cms" / "bad.html"
    bad.write_text("{% blocktranslate %}{% if x %}{% endblocktranslate %}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"cms/templates/cms/bad\.html"):
        messages.collect(source)


def test_only_missing_or_older_catalogues_are_compiled(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"
    messages.write(messages.merged(messages.collect(source), messages.read(path)), path)
    assert messages.compile_catalogues(tmp_path / "locale") == [path.with_suffix(".mo")]
    assert messages.compile_catalogues(tmp_path / "locale") == []


def test_the_check_ends_with_an_error_that_names_what_differs(
    source: Path, tmp_path: Path, settings, capsys
) -> None:
    settings.BASE_DIR, settings.LOCALE_PATHS = source, [tmp_path / "locale"]
    with pytest.raises(CommandError, match="make messages"):
        call_command("collect_messages", "--check")
    assert "missing: 一" in capsys.readouterr().out
    call_command("collect_messages")
    assert "untranslated: 一" in capsys.readouterr().out
    call_command("collect_messages", "--check")


# -------------------------------------------------------- marks, dates, times


def test_marks_follow_the_language() -> None:
    with override("zh-hans"):
        assert (listed("ab"), clauses("ab"), labelled("a", "b")) == ("a、b", "a；b", "a：b")
        assert "a" + bracketed("b") == "a（b）"
    with override("en"):
        assert (listed("ab"), clauses("ab"), labelled("a", "b")) == ("a, b", "a; b", "a: b")
        assert "a" + bracketed("b") == "a (b)"


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("zh-hans", "DATE_FORMAT", "2026年11月3日"),
        ("zh-hans", "DATETIME_FORMAT", "2026年11月3日15:04"),
        ("en", "DATE_FORMAT", "3 November 2026"),
        ("en", "DATETIME_FORMAT", "3 November 2026, 15:04"),
    ],
)
def test_dates_are_written_as_readers_write_them(language: str, name: str, words: str) -> None:
    at = timezone.datetime(2026, 11, 3, 15, 4, tzinfo=timezone.get_default_timezone())
    with override(language):
        assert date_format(at, name) == words


@pytest.mark.django_db
def test_words_of_the_libraries_are_chinese_on_a_chinese_form(client) -> None:
    form = {"email": "x", "role": "buyer", "password1": "a1", "password2": "a1"}
    html = client.post("/account/signup/", form).content.decode()
    assert "密码太短，至少要8个字符。" in html
    assert "邮箱地址写得不对，请检查。" in html
    assert "This password" not in html
