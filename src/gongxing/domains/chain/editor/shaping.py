"""What holds for the shape of a chain whoever changes it: codes, names, edges as rows, and what stands on a link."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from gongxing.domains.chain.models import Chain, Edge, Node, Placement
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Refused, key_faults
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table

MOST_WORDS, LONGEST_WORD, CLASS_DIGITS = 200, 60, 4
AMENDED = ("industry-codes", "gbt4754_amended")


@dataclass(frozen=True)
class Standing:
    """What stands on a link: firms (those a person decided among them) and lines of purchase surveys."""

    placements: int = 0
    decided: int = 0
    purchases: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.placements or self.purchases)


def standing_on(nodes: Iterable[int]) -> dict[int, Standing]:
    """What stands on some links, by id of the link. One query."""
    rows = Node.objects.filter(pk__in=list(nodes)).annotate(
        n_firms=Count("placements", distinct=True),
        n_decided=Count("placements", filter=Q(placements__level=Placement.Level.DECIDED), distinct=True),
        n_bought=Count("purchases", distinct=True),
    )
    found = rows.values_list("pk", "n_firms", "n_decided", "n_bought")
    return {pk: Standing(firms, decided, bought) for pk, firms, decided, bought in found}


def free_code(chain: Chain) -> str:
    """A code for a new link of a chain that no link has or had: links that come back by an undo keep theirs."""
    start = f"{chain.code}.n"
    taken = set(Node.objects.filter(code__startswith=start).values_list("code", flat=True))
    made = Entry.objects.filter(ledger="chain.node", body__contains=f'"{start}').values_list("body", flat=True)
    taken |= {code for body in made for code in json.loads(body)["cells"].get("code", ()) if code}
    number = Node.objects.filter(chain=chain).count() + 1
    while f"{chain.code}.n{number}" in taken:
        number += 1
    return f"{chain.code}.n{number}"


def name_fault(chain: Chain, name: str, without: int = 0) -> Fault | None:
    """A fault when the chain has another link of that name."""
    twin = Node.objects.filter(chain=chain, name=name).exclude(pk=without).first()
    return None if twin is None else Fault("chain.node_twin", name=name, key=twin.code, chain=chain.label)


def listed(text: str, column: str = "words") -> list[str]:
    """Words of a list as people type it, without doubles. Raises Refused for one that is too long or too many."""
    words: list[str] = ledger_named("chain.node").column("keywords").clean(text) if text.strip() else []
    found = list(dict.fromkeys(words))
    if len(found) > MOST_WORDS or any(len(one) > LONGEST_WORD for one in found):
        raise Refused([FieldFault(column, Fault("chain.words_long", n=MOST_WORDS, length=LONGEST_WORD))])
    return found


def classes(text: str, column: str = "classes") -> list[str]:
    """Four-digit classes of a list. Raises Refused."""
    found = listed(text, column)
    wrong = [one for one in found if not (len(one) == CLASS_DIGITS and one.isascii() and one.isdigit())]
    if wrong:
        raise Refused([FieldFault(column, Fault("chain.class_code", text=wrong[0][:20]))])
    return found


def new_edge(
    actor: Actor, source: int, target: int, kind: str, weight: Decimal | None, basis: str, detail: str = ""
) -> Edge:
    """An unsaved edge, checked as a form would check it. Raises Refused: self-loop, there already, an end that is gone."""
    ledger = ledger_named("chain.edge")
    values: dict[str, Any] = {
        "source_id": source, "target_id": target, "kind": kind, "weight": weight, "weight_source": "", "basis": basis, "detail": detail,
    }  # fmt: skip
    faults = ledger.check(values, None)
    if not faults:
        values = ledger.derive(values, None)
        faults = key_faults(ledger, values, None, actor)
    if not faults and Node.objects.filter(pk__in=(source, target)).count() != 2:
        faults = [FieldFault("", Fault("chain.end_gone"))]
    if faults:
        raise Refused(faults)
    return Edge(**values)


def amended_classes() -> Mapping[str, tuple[str, str]]:
    """Classes of GB/T 4754—2017 whose meaning the amendment of 2019 changed: code → (before, since)."""
    return {row["code"]: (row["before_zh"], row["name_zh"]) for row in table(*AMENDED, today())}
