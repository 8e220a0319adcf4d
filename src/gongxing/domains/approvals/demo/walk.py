"""One invented project walked from its questionnaire to its permits in autumn 2025, by the same verbs people use, at the desks that have them.

Every day is fixed, so that the dates the program finds can be compared with dates counted by hand: they are printed in
``tests/test_walked_project.py``.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from gongxing.domains.approvals.actions.closing import decide, deliver
from gongxing.domains.approvals.actions.flow_steps import agree_step, finish_step
from gongxing.domains.approvals.actions.intake import accept, ask_correction, correction_complete, receive
from gongxing.domains.approvals.actions.lanes import enter_lane
from gongxing.domains.approvals.actions.plans import make_plan
from gongxing.domains.approvals.actions.stopping import extend, go_on, stop_case
from gongxing.domains.approvals.flow_jobs import begin_received
from gongxing.domains.approvals.models import Case, CaseStep, Material
from gongxing.domains.projects.demo.walked import DAYS, walked_project
from gongxing.domains.projects.models import Move, Paper, Project
from gongxing.kernel.action.declare import Action
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at, today
from gongxing.kernel.files.store import keep
from gongxing.kernel.org.actor import SYSTEM, Actor, actor_for
from gongxing.kernel.org.models import Post, Unit, User

WHY, WINDOW = "生成演示审批件（全部虚构）", "shenpi"
ORDER = "县领导批示（演示，虚构）〔2025〕1号"
ORDER_FILE = "县领导批示（演示，虚构）.pdf"
ANSWERS: Mapping[str, str] = {
    "new_entity": "no", "route": "filing", "land_mode": "owned", "needs_conversion": "no", "standard_land": "no", "new_building": "yes", "fitout": "no",
    "small_works": "no", "civil_building": "no", "joint_acceptance": "yes", "special_fire": "no", "eia_class": "form", "energy_tce": "800", "coal_t": "0",
    "soil_zone": "no", "site_ha": "2.4", "earthwork_m3": "3000", "chemical": "none", "occ_hazard": "no", "forest_ha": "0", "special_equipment": "no",
    "discharge_class": "register", "drain_to_sewer": "no", "food": "no", "drug": "no",
}  # fmt: skip
Plain = tuple[str, str, tuple[date, date, date, date], str]
BEFORE: tuple[Plain, ...] = (
    ("inv.filing", "shenpi", (date(2025, 9, 8), date(2025, 9, 8), date(2025, 9, 8), date(2025, 9, 8)), "青备〔2025〕22号（演示）"),
    ("design.scheme", "ziran", (date(2025, 9, 8), date(2025, 9, 9), date(2025, 9, 15), date(2025, 9, 16)), "青规方〔2025〕14号（演示）"),
    ("drawing.review", "zhujian", (date(2025, 9, 16), date(2025, 9, 16), date(2025, 9, 22), date(2025, 9, 23)), "青图审〔2025〕18号（演示）"),
    ("eia.form", "shengtai", (date(2025, 9, 24), date(2025, 9, 25), date(2025, 10, 13), date(2025, 10, 14)), "青环审〔2025〕31号（演示）"),
)  # fmt: skip
"""Cases with nothing between: item, account of the desk, the days handed in, accepted, decided and delivered, paper."""
AFTER: tuple[Plain, ...] = (
    ("build.permit", "zhujian", (date(2025, 11, 4), date(2025, 11, 4), date(2025, 11, 6), date(2025, 11, 7)), "青建施〔2025〕27号（演示）"),
)  # fmt: skip
CONTRACT_ON = date(2025, 10, 31)
PERMITS: Mapping[str, str] = {"eia.form": "eia_approval", "plan.permit": "plan_permit", "build.permit": "build_permit"}
"""Item → the kind of paper the project keeps of it."""


def walk_project(units: Mapping[str, Unit], posts: Mapping[str, Post]) -> Project | None:
    """Write the walk. None where its days have not come yet (a clock set before them)."""
    if today() <= DAYS["construction"]:
        return None
    project = walked_project(units, posts)
    walk = _Walk(project, posts)
    walk.plan_and_order()
    for item, who, days, paper in BEFORE:
        walk.plain(item, who, days, paper)
    walk.signed()
    for item, who, days, paper in AFTER:
        walk.plain(item, who, days, paper)
    walk.begin_works()
    return project


def _moment(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=timezone.get_default_timezone())


class _Walk:
    """The project and who acts on it; ``day`` is the day of each act."""

    def __init__(self, project: Project, posts: Mapping[str, Post]) -> None:
        self.key, self.posts = project.pk, posts

    def actor(self, name: str) -> Actor:
        """An account, as it stands on the day."""
        return actor_for(User.objects.get(username=name), today())

    def do(self, day: date, who: str, one: Action[..., Any], case: Case, hour: int = 10, **raw: str) -> None:
        """A verb on a case as it is stored."""
        with at(_moment(day, hour)):
            perform(one, self.actor(who), raw, key=case.pk, version=Case.objects.get(pk=case.pk).version)

    def plan_and_order(self) -> None:
        """The questionnaire on Friday, the leader's written order and the lane on Monday."""
        with at(_moment(date(2025, 9, 5))):
            raw = {
                "project": str(self.key),
                "answers": json.dumps(dict(ANSWERS)),
                "start_on": "2025-09-08",
                "goal": "ms.start",
            }
            perform(make_plan, self.actor("shenpi"), raw)
        with at(_moment(date(2025, 9, 8), 8)):
            office = self.actor("xianfuban")
            assert office.user_id is not None
            order = keep([_order_paper()], name=ORDER_FILE, media_type="application/pdf", user_id=office.user_id)
            perform(
                enter_lane, office,
                {
                    "project": str(self.key), "ground": "G03", "grade": "special", "number": ORDER, "order_on": "2025-09-05", "file": str(order.pk), "credit": "clear",
                    "credit_on": "2025-09-08", "entered_on": "2025-09-08",
                },
            )  # fmt: skip

    def receive(self, item: str, who: str, day: date) -> Case:
        """Handed in at the one window, for the desk that has it, with all its materials."""
        with at(_moment(day, 9)):
            project, desk = Project.objects.get(pk=self.key), self.posts[who]
            raw = {"item": item, "received_on": day.isoformat(), "post": desk.code}
            case: Case = perform(receive, self.actor(WINDOW), raw, key=project.pk, version=project.version)
            with writing(SYSTEM, "demo", WHY) as ctx:
                for one in Material.objects.filter(case=case, handed_on=None):
                    ctx.update(one, handed_on=day)
            begin_received(
                case.pk
            )  # by itself it begins when all is committed, which within another transaction comes too late
        return case

    def plain(self, item: str, who: str, days: tuple[date, date, date, date], paper: str) -> None:
        """Handed in, accepted, decided, delivered, with nothing between."""
        received, accepted, decided, delivered = days
        case = self.receive(item, who, received)
        self.do(accepted, who, accept, case, accepted_on=accepted.isoformat())
        self.do(decided, who, decide, case, outcome="granted", decided_on=decided.isoformat(), document=paper)
        self.do(delivered, who, deliver, case, delivered_on=delivered.isoformat())

    def signed(self) -> None:
        """The works planning permit: what was lacking is told once and comes, two bureaus sign, experts review (the clocks stand still), more time is given
        by the head, the permit is granted and handed over."""
        who, case = "ziran", self.receive("plan.permit", "ziran", date(2025, 9, 22))
        self.do(
            date(2025, 9, 23), who, ask_correction, case, lacking="总平面图缺用地红线（演示）", told_on="2025-09-23"
        )
        self.do(date(2025, 9, 24), who, correction_complete, case, corrected_on="2025-09-24")
        self.do(date(2025, 9, 25), who, accept, case, accepted_on="2025-09-25")
        self.step(date(2025, 9, 28), "shengtai", agree_step, case, "同意。环评文件另行办理（演示）。")
        self.step(date(2025, 9, 28), "zhujian", agree_step, case, "同意。图审时核对消防间距（演示）。")
        self.do(
            date(2025, 9, 28),
            who,
            stop_case,
            case,
            15,
            ground="expert",
            proof="专家评审通知〔2025〕9号（演示）",
            start="2025-09-28",
        )
        self.do(date(2025, 10, 11), who, go_on, case, end="2025-10-11")
        self.do(
            date(2025, 10, 20),
            "ziranju",
            extend,
            case,
            n="10",
            granted_on="2025-10-20",
            why="方案修改后要再核对一次（演示）",
        )
        self.do(
            date(2025, 10, 30),
            "ziranju",
            decide,
            case,
            outcome="granted",
            decided_on="2025-10-30",
            document="青规建〔2025〕9号（演示）",
        )
        self.do(date(2025, 11, 3), who, deliver, case, delivered_on="2025-11-03")
        self.step(date(2025, 11, 3), who, finish_step, case, "材料归档（演示）。")

    def step(self, day: date, who: str, one: Action[..., Any], case: Case, comment: str) -> None:
        """What a desk says at its open step."""
        with at(_moment(day, 11)):
            actor = self.actor(who)
            task = CaseStep.objects.get(flow__case=case, state=CaseStep.State.OPEN, post_id__in=actor.post_ids)
            perform(one, actor, {"comment": comment}, key=task.pk, version=task.version)

    def begin_works(self) -> None:
        """The permits become papers of the project, and the works begin."""
        day = DAYS["construction"]
        with at(_moment(day)), writing(SYSTEM, "projects.move_project", WHY) as ctx:
            project = Project.objects.get(pk=self.key)
            for case in Case.objects.filter(project=project, item__in=PERMITS).order_by("decided_on"):
                kind = PERMITS[case.item]
                assert case.decided_on is not None
                ctx.create(Paper(ref=f"{project.pk}:{kind}", project=project, kind=kind, number=case.document, issuer=f"青禾县{case.unit.name}（演示）", issued_on=case.decided_on, invented=True))  # fmt: skip
            ctx.create(Paper(ref=f"{project.pk}:construction_contract", project=project, kind="construction_contract", number="青禾样板合〔2025〕3号（演示）", issuer="业主（演示）", issued_on=CONTRACT_ON, invented=True))  # fmt: skip
            before = project.stage
            ctx.update(
                project, stage="construction", stage_on=day, moved_on=day, started_on=day, funds_in_place=Decimal(4200)
            )
            ctx.create(
                Move(
                    project=project,
                    from_stage=before,
                    to_stage="construction",
                    on=day,
                    ref=f"{project.pk}:construction",
                    invented=True,
                )
            )


def _order_paper() -> bytes:
    """A page that says what it is: nothing but an example."""
    text = b"BT /F1 18 Tf 72 760 Td (Invented for the demo county. Not an official document.) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, table)
    return bytes(out)
