"""The rule pack as records: questions, which items are needed, the items, what waits for what, the measures; and what is wrong with a pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from gongxing.engines.conditions import Expression, parse
from gongxing.engines.permits.dates import order
from gongxing.engines.permits.model import Edge, Graph, GraphRefused, Length, Link, Node, Unit
from gongxing.engines.reasons import Reason

Rows = Iterable[Mapping[str, str]]
UNITS: Mapping[str, Unit] = {"wd": "wd", "day": "day", "month": "month"}
LINKS: Mapping[str, Link] = {"FS": "FS", "FF": "FF", "": "FS"}
EFFECTS = ("include", "exclude", "commitment")
RELAXED = ("", "parallel", "tolerant")
MEASURES = ("parallel", "tolerant", "commitment", "regional", "standard_land", "land_ready")


@dataclass(frozen=True, slots=True)
class Question:
    """``kind`` choice (``options`` codes), number or const; ``default`` "" none; ``ask_when`` None: always asked; ``unasked``: its value when it is not."""

    code: str
    kind: str
    options: tuple[str, ...]
    default: str
    ask_when: Expression | None
    unasked: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Where ``when`` holds, ``item`` is included, excluded, or may be committed to."""

    code: str
    item: str
    effect: str
    when: Expression
    basis: str
    status: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``statutory``: the length in law (None: the law gives none, or it is the firm's own deadline); ``promised``: the county's; ``commitment``:
    yes (the rules allow it), rule (where a rule says so), local (with a document of the county), no; ``tolerant``: papers may be missing at
    first (yes, partial, no); ``land_side``: part of the supply of land; ``preview``: working days of the certificate after an early
    review (None: none); ``floor``: what the law never lets go of; ``pauses``: reasons that may stop its clock."""

    key: str
    stage: str
    rank: int
    authority: str
    applicant: str
    statutory: Length | None
    promised: Length | None
    minimum: bool
    prepared: int
    prepared_after: bool
    commitment: str
    commit_days: int
    tolerant: str
    land_side: bool
    preview: int | None
    floor: str
    pauses: tuple[str, ...]
    basis: str
    status: str


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """``item`` waits for ``before`` where ``when`` holds (None: always)."""

    item: str
    before: str
    statutory: bool
    link: Link
    when: Expression | None
    relaxed_by: str
    basis: str
    status: str

    @property
    def edge(self) -> Edge:
        """The edge it makes."""
        return Edge(self.before, self.item, self.link, self.statutory, self.basis, self.status, self.relaxed_by)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure to save time; ``answers``: what it changes in the questionnaire; ``limit``: the legal limit in words of the pack; ``verify``: within
    what time after the decision a promise is to be verified (the county's own rule), None where nothing is promised."""

    code: str
    answers: Mapping[str, str]
    limit: str
    basis: str
    status: str
    verify: Length | None = None


@dataclass(frozen=True)
class Rules:
    """A pack read. ``items`` by key in the order of the pack."""

    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    items: Mapping[str, Item]
    prerequisites: tuple[Prerequisite, ...]
    measures: tuple[Measure, ...]

    @classmethod
    def from_rows(
        cls, questionnaire: Rows, applicability: Rows, items: Rows, prerequisites: Rows, measures: Rows
    ) -> Rules:
        """From the tables of ``packs/approvals``; each row carries ``source`` and ``status`` beside its cells. ValueError for a figure, unit, effect
        or expression that cannot be read (ExpressionRefused for the latter); what does not fit together is told by ``faults``."""
        questions = list(questionnaire)
        names = [row["code"] for row in questions]
        return cls(
            tuple(_question(row, names) for row in questions),
            tuple(_rule(row, names) for row in applicability),
            {row["item"]: _item(row) for row in items},
            tuple(_prerequisite(row, names) for row in prerequisites),
            tuple(_measure(row) for row in measures),
        )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(part.split(":")[0].strip() for part in text.split(";") if part.strip())


def _when(text: str, names: list[str]) -> Expression | None:
    return parse(text, names) if text.strip() else None


def _one_of(row: Mapping[str, str], name: str, allowed: Iterable[str]) -> str:
    if row[name] not in (known := tuple(allowed)):
        raise ValueError(f"{name} {row[name]!r} is none of {known}")
    return row[name]


def _question(row: Mapping[str, str], names: list[str]) -> Question:
    kind = _one_of(row, "kind", ("choice", "number", "const"))
    return Question(
        row["code"], kind, _codes(row["options_zh"]), row["default"], _when(row["ask_when"], names), row["unasked"]
    )


def _rule(row: Mapping[str, str], names: list[str]) -> Rule:
    effect = _one_of(row, "effect", EFFECTS)
    return Rule(row["rule"], row["item"], effect, parse(row["when"], names), row["source"], row["status"])


def _length(row: Mapping[str, str], name: str, basis: str) -> Length | None:
    if not row[name]:
        return None
    return Length(int(row[name]), UNITS[_one_of(row, f"{name}_unit", UNITS)], basis, row[f"{name}_status"])


def _item(row: Mapping[str, str]) -> Item:
    limit = _length(row, "limit", row["limit_basis"])
    return Item(
        row["item"],
        row["stage"],
        int(row["order"]),
        row["authority"],
        row["applicant"],
        None if row["firm_deadline"] == "yes" else limit,
        _length(row, "promised", ""),
        row["minimum_period"] == "yes",
        int(row["prep_wd"] or 0),
        _one_of(row, "prep_mode", ("parallel", "after")) == "after",
        _one_of(row, "commitment", ("yes", "rule", "local", "no")),
        int(row["commit_wd"] or 0),
        _one_of(row, "tolerant", ("yes", "partial", "no")),
        row["land_side"] == "yes",
        int(row["preview_wd"]) if row["preview_wd"] else None,
        row["legal_floor"],
        _codes(row["excluded"]),
        row["source"],
        row["status"],
    )


def _prerequisite(row: Mapping[str, str], names: list[str]) -> Prerequisite:
    return Prerequisite(
        row["item"],
        row["prerequisite"],
        _one_of(row, "type", ("hard", "soft")) == "hard",
        LINKS[_one_of(row, "link", LINKS)],
        _when(row["when"], names),
        _one_of(row, "relaxed_by", RELAXED),
        row["source"],
        row["status"],
    )


def _measure(row: Mapping[str, str]) -> Measure:
    answers = {pair.partition("=")[0]: pair.partition("=")[2] for pair in row["answers"].split(";") if pair}
    verify = None
    if row["verify"]:
        verify = Length(int(row["verify"]), UNITS[_one_of(row, "verify_unit", UNITS)], "DESIGN", "design")
    return Measure(_one_of(row, "code", MEASURES), answers, row["limit_zh"], row["source"], row["status"], verify)


def faults(rules: Rules) -> tuple[Reason, ...]:
    """What does not fit together: permits.no_such_item, permits.no_such_question, permits.no_such_option, permits.never_included,
    permits.asked_too_early, permits.default_impossible, permits.law_relaxed (a statutory edge that says it may be loosened),
    permits.twice, permits.cycle (over all edges, whatever their conditions)."""
    found: list[Reason] = []
    known = {one.code: one for one in rules.questions}
    for rule in rules.rules:
        found += _lost(rules, rule.code, (rule.item,))
        found += _options(known, rule.code, rule.when)
    for one in rules.prerequisites:
        where = f"{one.before} > {one.item}"
        found += _lost(rules, where, (one.before, one.item))
        found += _options(known, where, one.when)
        if one.statutory and one.relaxed_by:
            found.append(Reason.of("permits.law_relaxed", where=where, basis=one.basis))
    pairs = [(one.item, one.before) for one in rules.prerequisites]
    found += [
        Reason.of("permits.twice", where=f"{before} > {item}")
        for item, before in sorted({pair for pair in pairs if pairs.count(pair) > 1})
    ]
    included = {rule.item for rule in rules.rules if rule.effect == "include"}
    found += [Reason.of("permits.never_included", item=key) for key in rules.items if key not in included]
    seen: set[str] = set()
    for question in rules.questions:
        found += _options(known, question.code, question.ask_when)
        early = set(question.ask_when.names) - seen if question.ask_when is not None else set()
        found += [Reason.of("permits.asked_too_early", question=question.code, needs=name) for name in sorted(early)]
        values = (question.default, question.unasked if question.ask_when is not None else question.default)
        found += [
            Reason.of("permits.default_impossible", question=question.code, value=value)
            for value in values
            if value and not allowed(question, value)
        ]
        seen.add(question.code)
    for measure in rules.measures:
        for name, value in measure.answers.items():
            if name not in known:
                found.append(Reason.of("permits.no_such_question", where=measure.code, name=name))
            elif not allowed(known[name], value):
                found.append(Reason.of("permits.no_such_option", where=measure.code, name=name, value=value))
    if not any(one.code == "permits.no_such_item" for one in found):
        nodes = tuple(Node(one.key, Length(0), rank=one.rank) for one in rules.items.values())
        try:
            order(Graph(nodes, tuple(one.edge for one in rules.prerequisites)))
        except GraphRefused as refused:
            found.append(Reason.of(refused.code, items=" > ".join(refused.keys)))
    return tuple(found)


def allowed(question: Question, value: str) -> bool:
    """Whether a value can be an answer: one of the options, or a number that is not negative."""
    if question.kind != "number":
        return value in question.options
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0


def _lost(rules: Rules, where: str, keys: tuple[str, ...]) -> list[Reason]:
    return [Reason.of("permits.no_such_item", where=where, item=key) for key in keys if key not in rules.items]


def _options(known: Mapping[str, Question], where: str, when: Expression | None) -> list[Reason]:
    """Texts an expression compares an answer with that are no option of any question it names."""
    if when is None:
        return []
    named = [known[name] for name in when.names]
    offered = {option for one in named for option in one.options}
    quoted = when.text.split('"')[1::2]
    return [
        Reason.of("permits.no_such_option", where=where, name=" ".join(when.names), value=value)
        for value in quoted
        if value not in offered
    ]
