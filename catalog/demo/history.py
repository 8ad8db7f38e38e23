"""What happens to registered works of the demonstration district: relic status, title, locks.

Every change goes through the services of the catalogue, by the people who may make it; each is
made once, known again by the trace it leaves.
"""

from collections.abc import Sequence
from fractions import Fraction

from artmarket.accounts.models import Party, User
from artmarket.accounts.services.roles import party_of
from artmarket.core.models import Event
from catalog.demo.district import account, organisation_party
from catalog.demo.facts import plan
from catalog.demo.facts.plan import WorkFacts
from catalog.enums import EncumbranceKind, RelicStatus, WorkState
from catalog.models import Artist, Work
from catalog.services import corrections, encumbrances, registration, title
from catalog.services.description import Description
from catalog.services.holders import holder_from

Row = tuple[WorkFacts, Work, User]
FOLLOWER = "300404282"
HOLDERS = {
    EncumbranceKind.SALE: "yuanfeng-auction",
    EncumbranceKind.PLEDGE: "qingzhou-lender",
    EncumbranceKind.LOAN_OUT: "baifeng-museum",
    EncumbranceKind.CUSTODY: "lushui-appraisal",
    EncumbranceKind.PREEMPTION: "culture-bureau",
}
PAPERS = {
    EncumbranceKind.SALE: "委托拍卖合同（演示）",
    EncumbranceKind.LISTING: "挂牌申请（演示）",
    EncumbranceKind.PLEDGE: "质押合同与交付记录（演示）",
    EncumbranceKind.LOAN_OUT: "借展协议（演示）",
    EncumbranceKind.CUSTODY: "鉴定委托书与入库单（演示）",
    EncumbranceKind.DISPUTE: "权属异议书（演示）",
    EncumbranceKind.JUDICIAL: "协助执行通知书（演示）",
    EncumbranceKind.PREEMPTION: "优先购买意向通知（演示）",
}


def write_history(rows: Sequence[Row]) -> None:
    """Do to each registered work what its facts say and what has not been done yet."""
    registered = {}
    for facts, work, _lister in rows:
        work.refresh_from_db()
        if work.state == WorkState.REGISTERED:
            registered[facts.serial] = work
    _decide_relics(registered)
    _move_titles(registered)
    _add_words(registered)
    _encumber(registered)
    _hide_and_merge(registered)


def _decide_relics(works: dict[int, Work]) -> None:
    bureau = account("bureau")
    for serial, work in works.items():
        status = plan.RELICS.get(serial, RelicStatus.NOT_RELIC)
        if serial in plan.UNDECIDED or work.relic_decided_at is not None:
            continue
        reason = (
            "年代明确，不在文物认定范围（演示）。"
            if status == RelicStatus.NOT_RELIC
            else "经演示认定，登记在案。"
        )
        corrections.decide_relic_status(actor=bureau, work_id=work.pk, status=status, reason=reason)


def _move_titles(works: dict[int, Work]) -> None:
    first, second = account("registrar"), account("registrar2")
    for serial, moves in plan.TITLES.items():
        work = works.get(serial)
        if work is None:
            continue
        for done, (basis, holder) in enumerate(moves, start=2):
            # The first event is the registration itself.
            if work.title_events.filter(checked_at__isnull=False).count() >= done:
                continue
            event = work.title_events.filter(checked_at__isnull=True).first()
            if event is None:
                event = title.record_title_event(
                    actor=first,
                    work_id=work.pk,
                    basis=basis,
                    shares=_shares(first, holder),
                    happened_on="2026-09",
                    documents=f"演示凭证第{serial:03d}-{done}号",
                    note="演示数据",
                )
            title.check_title_event(actor=second, event_id=event.pk)


def _shares(registrar: User, holder: str) -> list[title.Share]:
    kind, _colon, name = holder.partition(":")
    if kind == "half":
        heirs = [holder_from(actor=registrar, name=n) for n in ("演示后人甲", "演示后人乙")]
        return [title.Share(heir, Fraction(1, 2)) for heir in heirs]
    if kind == "org":
        return [title.Share(organisation_party(name))]
    if kind == "name":
        return [title.Share(holder_from(actor=registrar, name=name))]
    return [title.Share(party_of(account(kind)))]


def _add_words(works: dict[int, Work]) -> None:
    """Corrections, second opinions on the maker, exhibitions, mounts and frames."""
    registrar = account("registrar2")
    for serial in sorted(plan.CORRECTED & works.keys()):
        if not _happened(works[serial], "work.corrected"):
            words = works[serial].description + "登记后补记：复查时尺寸与照片相符。"
            corrections.correct_work(
                actor=registrar,
                work_id=works[serial].pk,
                description=Description(texts={"description": words}),
                reason="复查后补记（演示）",
            )
    doubter = Artist.objects.filter(name="丁若水").first()
    for serial in sorted(plan.DOUBTED & works.keys()):
        if doubter and not _happened(works[serial], "work.attributed"):
            maker = works[serial].attributions.select_related("artist").first()
            corrections.add_attribution(
                actor=registrar,
                work_id=works[serial].pk,
                artist=maker.artist if maker else doubter,
                term=FOLLOWER,
                by="渌水艺术品鉴定评估所（演示）",
                basis="用笔与纸张较晚，更像追随者所作；与登记时的意见并存。",
                confidence="medium",
                reason="收到鉴定机构的书面意见（演示）",
            )
    for serial, work in works.items():
        kinds = dict.fromkeys([plan_part(serial), "exhibition" if serial in plan.SHOWN else ""])
        for kind in filter(None, kinds):
            _add_once(registrar, work, kind)


def plan_part(serial: int) -> str:
    """Which part (mount, frame, box, stand) the registrar recorded; every third work has one."""
    return plan.all_works()[serial - 1].words.part if serial % 3 == 0 else ""


def _add_once(registrar: User, work: Work, kind: str) -> None:
    words = {
        "mount": "绫裱立轴，木轴头",
        "frame": "木框，无玻璃",
        "box": "原配木盒",
        "stand": "配木座",
        "exhibition": "“浮烟山下”演示展，白浪河艺术馆，2025年9月至11月。",
    }[kind]
    have = work.parts.filter(kind=kind).exists() or work.citations.filter(kind=kind).exists()
    if not have:
        corrections.add_part_or_citation(
            actor=registrar, work_id=work.pk, kind=kind, text=words, reason="补记（演示）"
        )


def _encumber(works: dict[int, Work]) -> None:
    registrar = account("registrar")
    for serial, kind in plan.PAST.items():
        work = works.get(serial)
        if work and not work.encumbrances.exists():
            _take(registrar, work, kind)
        live = work and encumbrances.live_encumbrance(work)
        if live:
            encumbrances.release_encumbrance(
                actor=registrar, encumbrance_id=live.pk, reason="事毕解除（演示）"
            )
    for serial, kind in plan.LIVE.items():
        work = works.get(serial)
        if work and not work.encumbrances.exists():
            _take(registrar, work, kind)


def _take(registrar: User, work: Work, kind: str) -> None:
    chosen = EncumbranceKind(kind)
    slug = HOLDERS.get(chosen)
    holder: Party | None = organisation_party(slug) if slug else None
    encumbrances.take_encumbrance(
        actor=registrar, work_id=work.pk, kind=chosen, holder=holder, reference=PAPERS[chosen]
    )


def _hide_and_merge(works: dict[int, Work]) -> None:
    registrar = account("registrar")
    for serial in sorted(plan.HIDDEN & works.keys()):
        registration.set_visibility(actor=registrar, work_id=works[serial].pk, is_public=False)
    for duplicate, target in plan.MERGED.items():
        if duplicate in works and target in works:
            registration.merge_works(
                actor=registrar,
                duplicate_id=works[duplicate].pk,
                into_id=works[target].pk,
                reason="同一方砚台登记了两次（演示）",
            )


def _happened(work: Work, action: str) -> bool:
    return Event.objects.about(work).filter(action=action).exists()
