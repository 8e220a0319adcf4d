"""The form of a flow: its lines as people type them, what they mean, and which fault belongs beside which line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _t

from gongxing.domains.approvals.flow_defs import DESKS
from gongxing.domains.approvals.flow_words import cause
from gongxing.engines.flows import KINDS, Flow
from gongxing.engines.reasons import Reason
from gongxing.kernel.org.models import Post
from gongxing.kernel.pages.requests import number_of

STEP_CELLS, ARROW_CELLS = ("key", "name", "kind", "desks", "limit", "bound", "rule"), ("source", "on", "target", "when")
MOST_STEPS, MOST_ARROWS, SPARE = 60, 150, 3
SPLIT = str.maketrans(dict.fromkeys("；、,，", ";"))


@dataclass
class Form:
    """Lines as typed: texts by cell. ``errors``: (kind of line, place) to sentences; ``whole``: those of no line."""

    name: str
    items: list[str]
    returns: str
    steps: list[dict[str, str]]
    arrows: list[dict[str, str]]
    errors: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)

    def say(self, kind: str, place: int, sentence: str) -> None:
        """Put a sentence beside a line."""
        self.errors.setdefault((kind, place), []).append(sentence)

    def lines(self, kind: str, spare: int = SPARE) -> list[dict[str, Any]]:
        """The lines of a kind with their sentences, and a few empty ones."""
        rows, cells = (self.steps, STEP_CELLS) if kind == "s" else (self.arrows, ARROW_CELLS)
        shown = [*rows, *[dict.fromkeys(cells, "") for _n in range(spare)]]
        return [{**row, "n": n, "errors": self.errors.get((kind, n), [])} for n, row in enumerate(shown)]


@dataclass(frozen=True)
class Desks:
    """Posts by what people write for them. ``words``: code to words; ``codes``: words to code."""

    words: Mapping[str, str]
    codes: Mapping[str, str]

    @classmethod
    def load(cls) -> "Desks":
        """One query."""
        rows = Post.objects.select_related("unit").order_by("unit__path", "pk")
        words = {
            **{code: str(label) for code, label in DESKS.items()},
            **{one.code: f"{one.unit.name} {one.title}" for one in rows},
        }
        return cls(words, {said: code for code, said in reversed(words.items())})

    def code(self, text: str) -> str:
        """The code of a desk somebody wrote; the text itself where nobody knows it."""
        plain = " ".join(text.split())
        return plain if plain in self.words else self.codes.get(plain, plain)


def stored_form(name: str, items: Sequence[str], flow: Flow, desks: Desks) -> Form:
    """A flow as lines."""
    bounds = dict(flow.repeats)
    steps = [
        {
            "key": one.key, "name": one.name, "kind": one.kind, "desks": _t("；").join(desks.words.get(desk, desk) for desk in one.desks),
            "limit": "" if one.limit_wd is None else str(one.limit_wd), "bound": str(bounds.get(one.key, "")), "rule": one.rule,
        }
        for one in flow.steps
    ]  # fmt: skip
    arrows = [{"source": one.source, "on": one.on, "target": one.target, "when": one.when} for one in flow.arrows]
    return Form(name, list(items), str(flow.returns), steps, arrows)


def typed_form(given: QueryDict) -> Form:
    """What was sent, empty lines left out; beyond the most lines nothing is read."""
    steps = _typed(given, "s", STEP_CELLS, MOST_STEPS, ("key", "name", "desks"))
    arrows = _typed(given, "a", ARROW_CELLS, MOST_ARROWS, ("source", "target", "when"))
    return Form(given.get("name", "").strip(), given.getlist("items"), given.get("returns", "").strip(), steps, arrows)


def _typed(
    given: QueryDict, kind: str, cells: Sequence[str], most: int, telling: Sequence[str]
) -> list[dict[str, str]]:
    rows = [
        {cell: given.get(f"{kind}-{n}-{cell}", "").replace("\x00", "").strip() for cell in cells} for n in range(most)
    ]
    return [row for row in rows if any(row[cell] for cell in telling)]


def definition_of(form: Form, desks: Desks) -> dict[str, Any] | None:
    """The definition the lines mean; None where a number is none or a kind unknown, told beside its line."""
    steps, repeats = [], {}
    for n, row in enumerate(form.steps):
        limit, bound = _number(form, n, row["limit"], _t("环节时限")), _number(form, n, row["bound"], _t("最多进几次"))
        if row["kind"] not in KINDS:
            form.say("s", n, _t("请选环节的种类。"))
        made: dict[str, Any] = {
            "key": row["key"], "name": row["name"], "kind": row["kind"], "rule": row["rule"],
            "desks": [desks.code(part) for part in row["desks"].translate(SPLIT).split(";") if part.strip()],
        }  # fmt: skip
        if limit is not None:
            made["limit_wd"] = limit
        if bound is not None:
            repeats[row["key"]] = bound
        steps.append(made)
    for n, row in enumerate(form.arrows):
        if not row["source"] or not row["target"]:
            form.say("a", n, _t("请写从哪个环节到哪个环节。"))
    returns = number_of(form.returns)
    if returns is None:
        form.whole.append(_t("退回次数“%(text)s”不是整数。") % {"text": form.returns[:20]})
    if form.errors or form.whole:
        return None
    return {"steps": steps, "arrows": [dict(row) for row in form.arrows], "repeats": repeats, "returns": returns}


def _number(form: Form, n: int, text: str, what: str) -> int | None:
    if not text:
        return None
    found = number_of(text)
    if found is None:
        form.say("s", n, _t("%(what)s“%(text)s”不是整数。") % {"what": what, "text": text[:20]})
    return found


def place_faults(form: Form, faults: Sequence[Reason]) -> None:
    """Each fault of the checker beside the line it is about."""
    at = {row["key"]: n for n, row in reversed(list(enumerate(form.steps)))}
    for one in faults:
        details = one.details
        if details.get("arrow", "").isdigit():
            form.say("a", int(details["arrow"]), cause(one))
        elif details.get("step") in at and one.code != "flows.repeats_unknown":
            form.say("s", at[details["step"]], cause(one))
        else:
            form.whole.append(cause(one))
