"""Signed notes, checkpoints, cosignatures and proof files: forms, reasons, policies."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.engine.log import (
    EMPTY_ROOT,
    Checkpoint,
    KeyType,
    Note,
    Policy,
    SigningKey,
    VerifierKey,
    consistency_proof,
    cosigned,
    errors,
    inclusion_proof,
    leaf_hash,
    open_checkpoint,
    open_note,
    read_checkpoint,
    read_key,
    read_note,
    read_proof,
    signed_checkpoint,
    signed_note,
    verify_growth,
    verify_offline,
    write_note,
    write_proof,
)
from catalog.engine.log.encoding import read_base64, read_number

from . import oracle
from .signed import (
    LOG,
    ORIGIN,
    OTHER_WITNESS,
    POLICY,
    WITNESS,
    key_of,
    note_over,
    opened_over,
)

ENTRIES = [b'{"n":%d}' % n for n in range(20)]
NOTE = note_over(ENTRIES)
BODY = NOTE.partition("\n\n")[0] + "\n"


def note_of(body: str) -> str:
    """A note over any text, soundly signed by the log."""
    return signed_note(body, LOG)


# --- numbers and base64


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00",
        "01",
        "+1",
        "-1",
        " 1",
        "1 ",
        "1\n",
        "1_0",
        "1.0",
        "1e3",
        "0x1",
        "٣",
        "１",
        str(2**63),
    ],
)
def test_a_number_has_one_text_only(text: str) -> None:
    with pytest.raises(errors.MalformedNumber, match="the size"):
        read_number(text, what="the size")


@pytest.mark.parametrize("number", [0, 1, 10, 2**53, 2**63 - 1])
def test_plain_numbers_are_read(number: int) -> None:
    assert read_number(str(number), what="the size") == number


@pytest.mark.parametrize(
    "text", ["QQ", "QQ=", "QR==", "QQ==\n", " QQ==", "Q Q==", "QQ===", "_-8=", "QQ==QQ==", "Ｑ"]
)
def test_base64_has_one_text_only(text: str) -> None:
    with pytest.raises(errors.MalformedBase64):
        read_base64(text, what="the root")


# --- notes


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", errors.MalformedNote),
        (BODY, errors.MalformedNote),
        (BODY + "\n", errors.MalformedNote),
        (NOTE.replace("\n\n", "\n"), errors.MalformedNote),
        (NOTE.replace("\n", "\r\n"), errors.MalformedNote),
        (NOTE.replace("example", "exam\x00ple", 1), errors.MalformedNote),
        (NOTE.replace("— ", "- "), errors.MalformedNote),
        (NOTE.replace("— ", "—\u3000"), errors.MalformedNote),
        (NOTE.encode() + b"\xff", errors.MalformedNote),
        ("\ud800" + NOTE, errors.MalformedNote),
        (NOTE[:-1], errors.TrailingBytes),
        (NOTE + "x\n", errors.TrailingBytes),
        (NOTE + "\n", errors.MalformedNote),
        (NOTE + "— name\n", errors.MalformedNote),
        (NOTE + "— name QUJDRA==\n", errors.MalformedNote),
        (NOTE + "— na+me QUJDREU=\n", errors.MalformedNote),
        (NOTE + "— na\u00a0me QUJDREU=\n", errors.MalformedNote),
        (NOTE + "—  QUJDREU=\n", errors.MalformedNote),
        (NOTE + "— name QUJDREU=  \n", errors.MalformedNote),
        (NOTE + "— name QUJDREV=\n", errors.MalformedNote),
        (NOTE + "— name QUJDREU=\n" * 100, errors.MalformedNote),
        ("a" * 1_000_001, errors.MalformedNote),
    ],
)
def test_what_is_not_a_signed_note_is_refused(
    raw: bytes | str, reason: type[errors.LogError]
) -> None:
    with pytest.raises(reason):
        open_note(raw, [LOG.verifier])


def test_sixteen_signatures_of_strangers_do_not_disturb_that_of_the_log() -> None:
    crowd = NOTE + "".join(f"— stranger{n}.example QUJDREU=\n" for n in range(16))
    assert open_checkpoint(crowd, POLICY) == open_checkpoint(NOTE, POLICY)


def test_the_text_may_hold_empty_lines_and_signature_lines_of_its_own() -> None:
    text = "one\n\n— not.a.signature QUJDREU=\n\ntwo\u2028three\n"
    found = open_note(note_of(text), [LOG.verifier])
    assert found.text == text
    assert [signed.key for signed in found.signed] == [LOG.verifier]


def test_a_known_name_with_an_unknown_key_counts_for_nothing() -> None:
    usurper = SigningKey(ORIGIN, KeyType.LOG, bytes(32))
    with pytest.raises(errors.NoTrustedSignature):
        open_note(signed_note(BODY, usurper), [LOG.verifier])
    renamed = SigningKey("other.example", KeyType.LOG, LOG.seed)
    with pytest.raises(errors.NoTrustedSignature):
        open_note(signed_note(BODY, renamed), [LOG.verifier])


def test_a_false_signature_of_a_known_key_refuses_the_note_though_another_is_sound() -> None:
    line = NOTE.rpartition("\n\n")[2]
    foreign = note_of("another text\n").rpartition("\n\n")[2]
    for rows in (line + foreign, foreign + line):
        with pytest.raises(errors.WrongSignature, match=ORIGIN):
            open_checkpoint(BODY + "\n" + rows, POLICY)


@settings(deadline=None)
@given(st.text(), st.booleans())
def test_reading_any_text_as_a_note_raises_only_what_is_announced(text: str, ends: bool) -> None:
    for raw in (text, text.encode("utf-8", "surrogatepass"), f"{text}\n\n— a {text}\n"):
        try:
            note = read_note(raw + type(raw)() if ends else raw)
        except errors.LogError:
            continue
        assert write_note(note) == (raw if isinstance(raw, str) else raw.decode())


def test_a_note_without_a_last_newline_is_not_written() -> None:
    with pytest.raises(errors.MalformedNote):
        signed_note("no newline", LOG)
    with pytest.raises(errors.MalformedNote):
        write_note(Note("text\n", ()))


# --- keys


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        LOG.verifier.text + "=",
        LOG.verifier.text.replace(ORIGIN, "other.example"),
        LOG.verifier.text.replace(ORIGIN, "with space"),
        LOG.verifier.text.replace(ORIGIN, ""),
        f"{ORIGIN}+{LOG.verifier.key_id.hex().upper()}+" + LOG.verifier.text.split("+", 2)[2],
        f"{ORIGIN}+{LOG.verifier.key_id.hex()}+",
        f"{ORIGIN}+{LOG.verifier.key_id.hex()}+{base64.b64encode(bytes([6]) + bytes(32)).decode()}",
        f"{ORIGIN}+{LOG.verifier.key_id.hex()}+{base64.b64encode(bytes([1]) + bytes(31)).decode()}",
    ],
)
def test_a_key_that_is_not_what_it_says_is_refused(text: str) -> None:
    with pytest.raises(errors.MalformedKey):
        read_key(text)


def test_a_key_is_written_and_read_and_its_seed_is_not_shown() -> None:
    assert read_key(LOG.verifier.text) == LOG.verifier
    assert LOG.seed.hex() not in repr(LOG) and repr(LOG.seed) not in repr(LOG)
    same_bytes = VerifierKey(ORIGIN, KeyType.WITNESS, LOG.verifier.public)
    assert same_bytes.key_id != LOG.verifier.key_id
    with pytest.raises(errors.MalformedKey):
        SigningKey(ORIGIN, KeyType.LOG, b"short")


def test_times_belong_to_witnesses() -> None:
    with pytest.raises(errors.MalformedNumber):
        LOG.sign(b"text\n", 5)
    for at in (None, -1, 2**63):
        with pytest.raises(errors.MalformedNumber):
            WITNESS.sign(b"text\n", at)
    forged = (2**63).to_bytes(8, "big") + bytes(64)
    with pytest.raises(errors.WrongSignature):
        WITNESS.verifier.verify(b"text\n", forged)
    for raw in (b"", bytes(7), bytes(71), bytes(73)):
        with pytest.raises(errors.WrongSignature):
            WITNESS.verifier.verify(b"text\n", raw)


# --- checkpoints


ROOT = base64.b64encode(bytes(32)).decode()
NOTHING = base64.b64encode(EMPTY_ROOT).decode()


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        ("", errors.MalformedCheckpoint),
        ("8\n", errors.MalformedCheckpoint),
        (f"08\n{ROOT}\n", errors.MalformedCheckpoint),
        (f"-8\n{ROOT}\n", errors.MalformedCheckpoint),
        (f"8 \n{ROOT}\n", errors.MalformedCheckpoint),
        (f"\n{ROOT}\n", errors.MalformedCheckpoint),
        (f"{2**63}\n{ROOT}\n", errors.MalformedCheckpoint),
        (f"８\n{ROOT}\n", errors.MalformedCheckpoint),
        (f"8\n{ROOT[:-1]}\n", errors.MalformedCheckpoint),
        (f"8\n{ROOT[:-4]}\n", errors.MalformedCheckpoint),
        (f"8\n{'B'.join(ROOT.rsplit('A', 1))}\n", errors.MalformedCheckpoint),
        (f"8\n{ROOT}\n\nmore\n", errors.MalformedCheckpoint),
        (f"0\n{ROOT}\n", errors.WrongRoot),
    ],
)
def test_a_soundly_signed_text_that_is_no_checkpoint_is_refused(
    rest: str, reason: type[errors.LogError]
) -> None:
    with pytest.raises(reason):
        open_checkpoint(note_of(f"{ORIGIN}\n{rest}"), POLICY)


def test_an_empty_tree_and_extension_lines_are_read() -> None:
    empty = open_checkpoint(note_of(f"{ORIGIN}\n0\n{NOTHING}\n"), POLICY)
    assert (empty.size, empty.root) == (0, EMPTY_ROOT)
    extended = open_checkpoint(note_of(f"{ORIGIN}\n8\n{ROOT}\none\ntwo\n"), POLICY)
    assert extended.extensions == ("one", "two")
    assert extended.text == f"{ORIGIN}\n8\n{ROOT}\none\ntwo\n"


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, bytes(32), ()),
        ("a\nb", 1, bytes(32), ()),
        ("a", -1, bytes(32), ()),
        ("a", 2**63, bytes(32), ()),
        ("a", 1, bytes(31), ()),
        ("a", 1, bytes(32), ("",)),
    ],
)
def test_a_checkpoint_that_could_not_be_read_again_is_not_made(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    with pytest.raises(errors.MalformedCheckpoint):
        Checkpoint(origin, size, root, extensions)


@settings(deadline=None)
@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_what_is_read(size: int, root: bytes) -> None:
    stated = Checkpoint(ORIGIN, size, root)
    assert read_checkpoint(stated.text) == stated
    found = open_checkpoint(signed_checkpoint(stated, LOG), POLICY)
    assert (found.size, found.root) == (size, root)


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    line = cosigned(NOTE, POLICY, WITNESS, at=7, last=None).splitlines()[-1]
    with pytest.raises(errors.NoTrustedSignature, match="has not signed"):
        open_checkpoint(f"{BODY}\n{line}\n", POLICY)


def test_only_keys_of_the_log_sign_checkpoints_and_only_witnesses_cosign() -> None:
    with pytest.raises(errors.UnsoundPolicy):
        signed_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), WITNESS)
    with pytest.raises(errors.UnsoundPolicy):
        cosigned(NOTE, POLICY, LOG, at=7, last=None)


def test_witnesses_are_counted_by_name_and_the_last_time_stands() -> None:
    once = cosigned(NOTE, POLICY, WITNESS, at=7, last=None)
    twice = cosigned(once, POLICY, WITNESS, at=9, last=None)
    both = Policy(ORIGIN, POLICY.log_keys, POLICY.witnesses, needed=2)
    with pytest.raises(errors.NotEnoughWitnesses, match="1 witnesses signed, 2 are needed"):
        open_checkpoint(twice, both)
    found = open_checkpoint(cosigned(twice, POLICY, OTHER_WITNESS, at=8, last=None), both)
    assert [(w.name, w.at) for w in found.witnesses] == [
        ("witness.example/a", 9),
        ("witness.example/b", 8),
    ]


def test_a_policy_under_which_signatures_prove_nothing_is_refused() -> None:
    own = VerifierKey("witness.example/c", KeyType.WITNESS, LOG.verifier.public)
    twin = VerifierKey("witness.example/c", KeyType.WITNESS, WITNESS.verifier.public)
    for arguments in (
        ("", (LOG.verifier,)),
        (ORIGIN, ()),
        (ORIGIN, (WITNESS.verifier,)),
        (ORIGIN, (LOG.verifier,), (LOG.verifier,)),
        (ORIGIN, (LOG.verifier,), (own,)),
        (ORIGIN, (LOG.verifier,), (WITNESS.verifier, twin)),
        (ORIGIN, (LOG.verifier,), (WITNESS.verifier,), 2),
        (ORIGIN, (LOG.verifier,), (WITNESS.verifier,), -1),
    ):
        with pytest.raises(errors.UnsoundPolicy):
            Policy(*arguments)


def test_while_a_key_is_changed_either_one_signs() -> None:
    newer = key_of(ORIGIN + "/2", KeyType.LOG)
    policy = Policy(ORIGIN, (LOG.verifier, newer.verifier))
    assert open_checkpoint(NOTE, policy).size == 20
    assert open_checkpoint(signed_note(BODY, newer), policy).size == 20


# --- growth and witnesses


def test_growth_is_shown_and_a_shrunk_or_forked_log_is_named() -> None:
    _tree, read = oracle.grown([leaf_hash(entry) for entry in ENTRIES])
    older, newer = opened_over(ENTRIES, 7), opened_over(ENTRIES)
    proof = consistency_proof(7, 20, read)
    verify_growth(older, newer, proof)
    verify_growth(opened_over(ENTRIES, 0), newer, ())
    verify_growth(newer, newer, ())
    with pytest.raises(errors.OlderCheckpoint):
        verify_growth(newer, older, proof)
    forked = opened_over([*ENTRIES[:3], b"{}", *ENTRIES[4:]])
    with pytest.raises(errors.Fork):
        verify_growth(older, forked, proof)
    with pytest.raises(errors.Fork):
        verify_growth(newer, forked, ())
    with pytest.raises(errors.WrongProofLength):
        verify_growth(opened_over(ENTRIES, 0), newer, proof)
    other = Policy("other.example", POLICY.log_keys)
    elsewhere = open_checkpoint(
        signed_checkpoint(Checkpoint("other.example", 20, newer.root), LOG), other
    )
    with pytest.raises(errors.WrongOrigin):
        verify_growth(older, elsewhere, proof)


def test_a_witness_signs_growth_and_nothing_else() -> None:
    _tree, read = oracle.grown([leaf_hash(entry) for entry in ENTRIES])
    last = opened_over(ENTRIES, 7)
    signed = cosigned(NOTE, POLICY, WITNESS, at=7, last=last, proof=consistency_proof(7, 20, read))
    assert open_checkpoint(signed, POLICY).witnesses[0].at == 7
    forked = note_over([*ENTRIES[:3], b"{}", *ENTRIES[4:]])
    with pytest.raises(errors.Fork):
        cosigned(forked, POLICY, WITNESS, at=7, last=last, proof=consistency_proof(7, 20, read))
    with pytest.raises(errors.OlderCheckpoint):
        cosigned(note_over(ENTRIES, 6), POLICY, WITNESS, at=7, last=last)


# --- proof files


def proof_text(index: int = 5, extra: bytes = b"") -> str:
    _tree, read = oracle.grown([leaf_hash(entry) for entry in ENTRIES])
    return write_proof(index, inclusion_proof(index, 20, read), NOTE, extra)


@settings(deadline=None)
@given(st.integers(0, 19), st.binary(max_size=40))
def test_each_entry_has_a_proof_file(index: int, extra: bytes) -> None:
    text = proof_text(index, extra)
    assert verify_offline(text, ENTRIES[index], POLICY).size == 20
    assert read_proof(text.encode()).extra == extra
    with pytest.raises(errors.WrongRoot):
        verify_offline(text, ENTRIES[index] + b" ", POLICY)


@pytest.mark.parametrize(
    "changed",
    [
        "",
        proof_text().replace("@v1", "@v2"),
        "\n" + proof_text(),
        proof_text().replace("index 5", "index 05"),
        proof_text().replace("index 5", "index  5"),
        proof_text().replace("index 5", "index -5"),
        proof_text().replace("index 5\n", ""),
        proof_text().replace("index 5", "extra \nindex 5"),
        proof_text().replace("index 5", "index 5\nextra QQ=="),
        proof_text().replace("index 5", "extra QQ==\nextra QQ==\nindex 5"),
        proof_text().replace("index 5", "index 5\nQQ=="),
        proof_text().replace("index 5", f"index 5{(chr(10) + ROOT) * 60}"),
        proof_text().replace("\n", "\r\n"),
        proof_text().partition("\n\n")[0],
    ],
)
def test_what_is_not_a_proof_file_is_refused(changed: str) -> None:
    with pytest.raises(errors.MalformedProof):
        verify_offline(changed, ENTRIES[5], POLICY)


def test_a_proof_file_is_refused_for_the_part_that_is_wrong() -> None:
    text = proof_text()
    with pytest.raises(errors.WrongIndex):
        verify_offline(text.replace("index 5", "index 20"), ENTRIES[5], POLICY)
    with pytest.raises(errors.WrongProofLength):
        verify_offline(text.replace("index 5", f"index 5\n{ROOT}"), ENTRIES[5], POLICY)
    with pytest.raises(errors.WrongRoot):
        verify_offline(text.replace("index 5", "index 4"), ENTRIES[5], POLICY)
    with pytest.raises(errors.WrongSignature):
        verify_offline(text.replace("\n20\n", "\n21\n"), ENTRIES[5], POLICY)
    with pytest.raises(errors.WrongOrigin):
        verify_offline(text, ENTRIES[5], Policy("other.example", POLICY.log_keys))
    with pytest.raises(errors.TrailingBytes):
        verify_offline(text + "more", ENTRIES[5], POLICY)
    with pytest.raises(errors.MalformedProof):
        write_proof(5, [b"short"], NOTE)
    with pytest.raises(errors.MalformedNote):
        write_proof(5, [], BODY + "\n")


def test_every_error_has_a_code_of_its_own() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = [kind.code for kind in kinds if issubclass(kind, errors.LogError)]
    assert len(codes) == len(set(codes)) == 27
