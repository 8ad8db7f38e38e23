"""Whatever one character of a signed certificate is changed to, it is refused."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.engine.credentials import (
    Question,
    Verdict,
    build_certificate,
    canonical,
    public_key_from,
    read_json,
    sign,
    verify,
)
from appraisal.engine.credentials.proof import read_proof, signature_holds

from .making import GROUNDS, KEY, METHOD, NOW, SEED, SIGNED, clear_lists, content, signed

CERTIFICATES = {kind: signed(grounds=grounds) for kind, grounds in GROUNDS.items()}
LISTS = clear_lists()

texts = st.text(st.characters(codec="utf-8"), max_size=12)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
documents = st.dictionaries(texts.filter(lambda name: name not in {"proof", "@context"}), values)


def leaves(value: Any, path: tuple[Any, ...] = ()):
    """The path of every text and number, and of every key (the path then ends with `None`)."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*path, name, None)
            yield from leaves(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from leaves(member, (*path, index))
    else:
        yield path


def changed_text(text: str, place: int, replacement: str) -> str:
    """The text with one character changed, inserted or (empty replacement) taken away."""
    place %= len(text) + 1
    return text[:place] + replacement + text[place + 1 :]


def with_change(document: Any, path: tuple[Any, ...], place: int, character: str) -> Any:
    changed = copy.deepcopy(document)
    is_key = path[-1] is None
    steps = path[:-1] if is_key else path
    target = changed
    for step in steps[:-1]:
        target = target[step]
    name = steps[-1]
    if is_key:
        members = list(target.items())
        target.clear()
        for key, member in members:
            target[changed_text(key, place, character) if key == name else key] = member
    elif isinstance(target[name], str):
        target[name] = changed_text(target[name], place, character)
    elif isinstance(target[name], bool):
        target[name] = not target[name]
    else:
        target[name] += place % 9 + 1
    return changed


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(sorted(CERTIFICATES)),
    st.data(),
    st.integers(0, 400),
    st.characters(codec="utf-8") | st.just("") | st.sampled_from("0O1lIz= -é\u0301\u200b"),
)
def test_any_changed_character_of_any_value_or_key_is_refused(kind, data, place, character) -> None:
    whole = CERTIFICATES[kind]
    path = data.draw(st.sampled_from(list(leaves(whole))))
    changed = with_change(whole, path, place, character)
    found = verify(changed, [KEY], NOW, status_lists=LISTS)
    if canonical(changed) == canonical(whole):
        assert found.verdict is Verdict.VALID
    else:
        assert found.verdict is Verdict.INVALID, path


def test_every_character_of_the_text_of_a_certificate_is_covered() -> None:
    """Each place once: the text is refused, or the same values are read from it."""
    whole = CERTIFICATES["锁定"]
    text = json.dumps(whole, ensure_ascii=False)
    same = canonical(whole)
    refused = 0
    for place in range(len(text)):
        for character in ("", "x"):
            changed = text[:place] + character + text[place + 1 :]
            if _reads_as(changed) == same:
                continue
            assert verify(changed, [KEY], NOW, status_lists=LISTS).verdict is Verdict.INVALID
            refused += 1
    assert refused > 1.9 * len(text)


def _reads_as(text: str) -> bytes | None:
    try:
        return canonical(read_json(text))
    except ValueError:
        return None


@settings(max_examples=200, deadline=None)
@given(documents, st.binary(min_size=32, max_size=32), st.datetimes().filter(lambda m: m.year > 1))
def test_what_a_key_signs_it_proves_and_another_does_not(document, seed, moment) -> None:
    created = moment.replace(tzinfo=SIGNED.tzinfo)
    whole = sign(document, seed=seed, method=METHOD, created=created)
    assert signature_holds(read_proof(whole), public_key_from(seed))
    if seed != SEED:
        assert not signature_holds(read_proof(whole), public_key_from(SEED))
    text = json.dumps(whole, ensure_ascii=False)
    assert signature_holds(read_proof(read_json(text)), public_key_from(seed))


@given(values)
def test_the_canonical_form_is_read_back_and_is_its_own(value) -> None:
    text = canonical(value)
    assert read_json(text) == value
    assert canonical(read_json(text)) == text


@settings(max_examples=150, deadline=None)
@given(values | st.text())
def test_whatever_is_asked_gets_an_answer(value) -> None:
    found = verify(value, [KEY], NOW, status_lists=[value], successors=[value])
    assert [answer.question for answer in found.answers] == list(Question)
    assert found.verdict in {Verdict.INVALID, Verdict.UNKNOWN}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(CERTIFICATES)), st.data(), values)
def test_any_value_in_any_place_gets_an_answer(kind, data, value) -> None:
    """Also when signed: no form, however odd, ends in a bare error."""
    document = build_certificate(content(grounds=GROUNDS[kind]))
    path = data.draw(st.sampled_from([path for path in leaves(document) if path[-1] is not None]))
    cut = data.draw(st.integers(1, len(path)))
    target = document
    for step in path[: cut - 1]:
        target = target[step]
    target[path[cut - 1]] = value
    again = sign(document, seed=SEED, method=METHOD, created=SIGNED)
    found = verify(again, [KEY], NOW, status_lists=[again, *LISTS], successors=[again])
    assert found.answer(Question.PROOF).code == "signature_sound"
