"""Placing all firms on the links of all chains: after an import, after words changed, or when somebody asks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.chain.actions.firms import write_placements
from gongxing.domains.chain.models import Edge, Node, Placement
from gongxing.domains.chain.queries import not_trading
from gongxing.domains.firms.models import Firm
from gongxing.domains.firms.queries import FirmText, active_firm_count, firm_texts
from gongxing.engines.placing import NodeWords, Placer
from gongxing.engines.placing import Placement as Found
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import Progress, enqueue, job
from gongxing.kernel.org.actor import SYSTEM, Actor

KIND = "chain.place"
CHUNK = 1000
REASONS = 6


def queue_placing(user_id: int) -> None:
    """Queue one placing of everything, unless one already waits."""
    if not Job.objects.filter(kind=KIND, state=Job.State.READY).exists():
        enqueue(KIND, _("把企业放到产业链环节上"), SYSTEM, {"user": user_id})


def placer() -> Placer:
    """The engine with the county's own words. Two queries."""
    neighbours: dict[int, set[int]] = {}
    for source, target in Edge.objects.values_list("source_id", "target_id"):
        neighbours.setdefault(source, set()).add(target)
        neighbours.setdefault(target, set()).add(source)
    nodes = list(Node.objects.select_related("chain").order_by("code"))
    codes = {node.pk: node.code for node in nodes}
    return Placer.build(
        NodeWords(
            node=node.code, chain=node.chain.code, keywords=tuple(node.keywords), exclude=tuple(node.exclude), codes=tuple(node.classes),
            generic=node.generic, neighbours=tuple(sorted(codes[one] for one in neighbours.get(node.pk, ()) if one in codes)),
        )
        for node in nodes
    )  # fmt: skip


@job(KIND)
def place_all(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Place every firm that trades and take those that no longer do off their links; what people decided stays. One transaction per
    thousand firms; safe to run again."""
    engine, total, whole = placer(), 0, active_firm_count()
    counts = [0, 0, 0]
    for texts in _chunks(firm_texts()):
        found = place_firms(engine, texts)
        with writing(SYSTEM, KIND, _("按产品、经营范围和行业放到环节上")) as ctx:
            for at, n in enumerate(write_placements(ctx, found, [text.id for text in texts])):
                counts[at] += n
        total += len(texts)
        progress.step(total, whole)
    counts[2] += _clear_closed()
    text = _("看了 %(n)d 家，新放 %(added)d 条，改 %(changed)d 条，撤 %(gone)d 条")
    return {"text": text % {"n": total, "added": counts[0], "changed": counts[1], "gone": counts[2]}}


def _clear_closed() -> int:
    """Take firms that no longer trade off the links the system put them on. Returns how many placements went."""
    gone = 0
    while True:
        with writing(SYSTEM, KIND, _("不再经营的企业不在环节上")) as ctx:
            rows = list(not_trading()[:CHUNK])
            gone += ctx.delete_many(rows)
        if not rows:
            return gone


def place_firms(engine: Placer, texts: Sequence[FirmText]) -> list[Placement]:
    """Unsaved placements of some firms. One query: firm and link go along by name, because the trail names every row."""
    nodes = {node.code: node for node in Node.objects.only("pk", "code", "name")}
    day, rows = today(), []
    for text in texts:
        firm = Firm(pk=text.id, name=text.name)
        for one in engine.place(text.name, text.scope, text.products, text.industry):
            rows.append(_row(one, firm, nodes[one.node], day))
    return rows


def _row(found: Found, firm: Firm, node: Node, day: date) -> Placement:
    reasons = [[reason.code, dict(reason.params)] for reason in found.reasons[:REASONS]]
    return Placement(
        ref=f"{firm.pk}:{node.pk}", firm=firm, node=node, role=found.role, level=found.level,
        score=round(found.score, 3), reasons=reasons, as_of=day,
    )  # fmt: skip


def _chunks(rows: Iterator[FirmText]) -> Iterator[list[FirmText]]:
    part: list[FirmText] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part
