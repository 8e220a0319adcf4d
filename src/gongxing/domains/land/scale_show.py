"""A stored scale plan as its page tells it: how large each park by year and demand, what limits it, output against land as lines and as a table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from gongxing.domains.land.layout_words import number, park_names, utility_word
from gongxing.domains.land.layout_words import why as why_aside
from gongxing.domains.land.models import Park, ScaleStudy
from gongxing.domains.land.scaling import SCENARIOS, Asked, asked_from
from gongxing.domains.projects.models import Project
from gongxing.engines.reasons import Reason

NAMES: Mapping[str, Promise] = {
    "low": pgettext_lazy("demand", "低"),
    "base": pgettext_lazy("demand", "基准"),
    "high": pgettext_lazy("demand", "高"),
}
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 300, 64, 60, 28, 40
TICKS, MOST_DUALS, CLOSE = 5, 12, 1e-9
ASIDE: Mapping[str, Promise] = {
    "allocation.scale.chance_unknown": gettext_lazy("有 %(n)s 个项目没有产值或没有落地可能，没有参加"),
    "allocation.scale.nothing": gettext_lazy("没有可排的项目或没有可供的地块"),
}
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Line:
    """One scenario's frontier on the chart: corners as SVG takes them, where its name stands."""

    name: str
    label: str
    corners: str
    x: float
    y: float
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Output against land: lines of the scenarios and the marks of both axes, in the units of the picture."""

    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def rounded_up(value: float) -> float:
    """The step of an axis: the next of 1, 2, 2.5, 5 times a power of ten, so that ``TICKS`` steps reach the value."""
    if value <= 0:
        return 1.0
    raw, power = value / TICKS, 1.0
    while power * 10 <= raw:
        power *= 10
    while power > raw:
        power /= 10
    return next(step * power for step in STEPS if step * power >= raw * (1 - 1e-9))


def chart(frontiers: Mapping[str, Sequence[tuple[float, float]]]) -> Chart | None:
    """The picture of points (mu, output) by scenario; None where there is nothing to draw."""
    points = [point for one in frontiers.values() for point in one]
    if not points:
        return None
    wide, high = rounded_up(max(mu for mu, _out in points)), rounded_up(max(out for _mu, out in points))
    columns, rows = (
        ceil(max(mu for mu, _out in points) / wide - CLOSE),
        ceil(max(out for _mu, out in points) / high - CLOSE),
    )
    across, up = wide * max(columns, 1), high * max(rows, 1)

    def x(mu: float) -> float:
        return round(LEFT + mu / across * (WIDTH - LEFT - RIGHT), 1)

    def y(output: float) -> float:
        return round(HEIGHT - BOTTOM - output / up * (HEIGHT - TOP - BOTTOM), 1)

    lines = []
    for name, line in frontiers.items():
        if not line:
            continue
        dots = tuple((x(mu), y(out)) for mu, out in line)
        whole = ((x(0), y(0)), *dots)
        lines.append(
            Line(name, str(NAMES[name]), " ".join(f"{a},{b}" for a, b in whole), dots[-1][0] + 6, dots[-1][1] + 4, dots)
        )
    return Chart(
        tuple(lines),
        tuple(Tick(x(wide * n), number(wide * n, 0)) for n in range(max(columns, 1) + 1)),
        tuple(Tick(y(high * n), number(high * n / 10_000, 2)) for n in range(max(rows, 1) + 1)),
    )  # fmt: skip


class ShownScale:
    """One study of scale in words."""

    def __init__(self, study: ScaleStudy) -> None:
        self.study = study
        self.asked: Asked = asked_from(study.asked)
        self.parks = park_names()
        self.built = {
            code: None if mu is None else float(mu) for code, mu in Park.objects.values_list("code", "built_mu")
        }
        self.told: dict[str, Any] = {one["scenario"]: one for one in study.answer["scenarios"]}

    def year(self, phase: int) -> int:
        """The year of a phase."""
        return self.asked.year + phase - 1

    def head(self) -> list[dict[str, Any]]:
        """Each scenario in one line."""
        found = []
        for name in SCENARIOS:
            one = self.told[name]
            mu = self._land(one)
            found.append(
                {
                    "name": name, "label": NAMES[name], "mu": number(mu, 0), "output": number(one["output"] / 10_000, 2), "wanted": number(one["wanted"], 0),
                    "expected": number(one["expected"] / 10_000, 2), "met": None if one["met"] is None else f"{one['met'] * 100:.0f}", "nothing": one["status"] == "nothing",
                }
            )  # fmt: skip
        return found

    def _land(self, one: Mapping[str, Any]) -> float:
        return float(sum(size["mu"] for size in one["sizes"] if size["phase"] == self.asked.phases))

    def sizes(self) -> list[dict[str, Any]]:
        """Each park: what is built, and by scenario and year how much more by then."""
        codes = [one["code"] for one in self.study.problem["parks"]]
        return [{"name": self.parks.get(code, code), "built": "—" if self.built.get(code) is None else number(self.built[code] or 0.0, 0), "rows": [self._row(code, name) for name in SCENARIOS]} for code in codes]  # fmt: skip

    def _row(self, code: str, name: str) -> dict[str, Any]:
        mine = sorted((one for one in self.told[name]["sizes"] if one["park"] == code), key=lambda one: one["phase"])
        last = mine[-1] if mine else None
        built = self.built.get(code)
        return {
            "label": NAMES[name], "base": name == "base", "phases": [number(one["mu"], 0) for one in mine], "ready": number(sum(one["made_ready"] for one in mine), 0) if mine else "—",
            "cost": number(sum(one["cost"] for one in mine), 0) if mine else "—", "output": number(last["output"] / 10_000, 2) if last else "—",
            "whole": "—" if built is None or last is None else number(built + last["mu"], 0),
        }  # fmt: skip

    def duals(self) -> list[dict[str, Any]]:
        """What one unit more of each limit is worth, by demand; the dearest by money a year first within a kind."""
        found = []
        for name in SCENARIOS:
            rows = sorted(self.told[name]["duals"], key=lambda one: (-one["price"], one["row"]["name"]))[:MOST_DUALS]
            found.append({"label": NAMES[name], "name": name, "rows": [self._dual(one) for one in rows]})
        return found

    def _dual(self, one: Mapping[str, Any]) -> str:
        row, gain = one["row"], number(one["price"], 2)
        if row["kind"] == "utility":
            return _("%(park)s到 %(year)s 年的%(what)s，多 1 %(unit)s，年产值多 %(gain)s 万元") % {
                "park": self.parks.get(row["other"], row["other"]), "year": self.year(row["phase"]), "what": utility_word(row["name"]), "unit": one["unit"], "gain": gain,
            }  # fmt: skip
        if row["kind"] == "fund":
            return _("到 %(year)s 年的征拆和平整资金，多 1 万元，年产值多 %(gain)s 万元") % {
                "year": self.year(row["phase"]),
                "gain": gain,
            }
        return _("%(park)s能用的地多 1 亩，年产值多 %(gain)s 万元") % {
            "park": self.parks.get(row["name"], row["name"]),
            "gain": gain,
        }

    def frontier(self) -> list[dict[str, Any]]:
        """Output against land as a table, by scenario."""
        return [
            {
                "label": NAMES[name],
                "rows": [{"mu": number(one["mu"], 0), "output": number(one["output"] / 10_000, 2), "price": number(one["price"], 1)} for one in self.told[name]["frontier"]],
            }
            for name in SCENARIOS
        ]  # fmt: skip

    def chart(self) -> Chart | None:
        """The same as a picture."""
        return chart({name: [(one["mu"], one["output"]) for one in self.told[name]["frontier"]] for name in SCENARIOS})

    def chances(self) -> list[dict[str, Any]]:
        """The chances that were used, by stage, with how many projects of the stage took part."""
        told = self.asked.chances or {}
        stages = self.study.problem["stages"]
        names = dict(Project.Stage.choices)
        return [
            {"stage": names.get(stage, stage), "n": count, "percents": [f"{told.get(name, {}).get(stage):g}" if stage in told.get(name, {}) else "—" for name in SCENARIOS]}
            for stage, count in stages.items()
        ]  # fmt: skip

    def reasons(self) -> list[str]:
        """What took no part and which rules were not tried, each once."""
        base = self.told["base"]["reasons"]
        counted: Counter[str] = Counter()
        lines = []
        for raw in base:
            reason = Reason(raw["code"], tuple((name, value) for name, value in raw["params"]))
            if reason.code == "allocation.scale.aside":
                about = Reason(
                    reason.details["why"],
                    tuple((name, value) for name, value in reason.params if name not in ("project", "why")),
                )
                counted[self._aside(about)] += 1
            elif reason.code in ASIDE:
                counted[reason.code] += 1
            else:
                lines.append(why_aside(reason, self.parks))
        grouped = [
            str(ASIDE[key]) % {"n": n} if key in ASIDE else _("有 %(n)d 个项目%(why)s，没有参加") % {"n": n, "why": key}
            for key, n in counted.items()
        ]
        return [*grouped, *lines]

    def _aside(self, about: Reason) -> str:
        try:
            return why_aside(about, self.parks)
        except KeyError:
            return _("缺用量数据")
