"""A project with cases, a second project beside it, and a key of the first: for the tests of the case page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gongxing.domains.approvals.actions.intake import ask_correction, receive
from gongxing.domains.approvals.actions.keys import make_key
from gongxing.domains.approvals.models import Case, CaseKey, Material
from gongxing.domains.approvals.tests.desks import Desks, desks
from gongxing.domains.firms.models import Firm
from gongxing.domains.projects.models import Project
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.org.models import User
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

PDF = b"%PDF-1.7 drawn for a test"
TOLD = "总平面图缺比例尺。营业执照请交最新的。"


@dataclass(frozen=True)
class Held:
    """``case`` of ``desks.project``, correction told; ``other`` of another project; the key of the first."""

    desks: Desks
    case: Case
    other: Case
    row: CaseKey
    key: str

    @property
    def page(self) -> str:
        return reverse("case-page", args=[self.row.code])

    def materials(self) -> list[Material]:
        return list(self.case.materials.order_by("pk"))


def handed_in(world: Desks, project: Project, item: str, day: date) -> Case:
    raw = {"item": item, "received_on": day.isoformat()}
    made: Case = perform(receive, world.actor("window"), raw, key=project.pk, version=Project.objects.get(pk=project.pk).version)  # fmt: skip
    return made


def held(office: Office) -> Held:
    """Lay it down, as of the test's day."""
    world, day = desks(office), today()
    with as_system() as ctx:
        firm = ctx.create(
            Firm(name="青禾样品有限公司", folded="青禾样品有限公司", unit=office.units["东园"], initials="qhyp")
        )
        ctx.update(world.project, firm=firm)
        second = ctx.create(
            Project(
                number="XMSP0002", name="别家的项目", folded="别家的项目", unit=office.units["西园"], stage_on=day, moved_on=day, initials="bjxm",
            )
        )  # fmt: skip
    case = handed_in(world, world.project, "plan.permit", day)
    case = world.do("window", ask_correction, case, lacking=TOLD, told_on=day.isoformat())
    other = handed_in(world, second, "plan.permit", day)
    row, key = make_key(world.actor("window"), world.project.pk, day + timedelta(days=30))
    return Held(world, case, other, row, key)


def entered(given: Held) -> Client:
    """A browser that has shown the key."""
    client = Client()
    answer = client.post(reverse("case-door"), {"code": given.row.code, "key": given.key})
    assert answer.status_code == 302, answer.status_code
    return client


def account(name: str) -> Client:
    """A browser logged in to an account."""
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def send(client: Client, where: str, material: Any, name: str = "总平面图.pdf", content: bytes = PDF) -> Any:
    """Send one file."""
    return client.post(where, {"material": str(material), "file": SimpleUploadedFile(name, content)})
