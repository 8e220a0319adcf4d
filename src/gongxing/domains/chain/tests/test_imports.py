"""What comes back out of an exported sheet: guesses stay guesses, corrections are decisions."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gongxing.domains.chain.models import Placement
from gongxing.domains.chain.tests.invented import placed, sugar, text_of
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]


def exported(client: Client) -> str:
    """The list of placements as its export writes it."""
    answer: Any = client.post(
        reverse("exchange-export", args=[ledger_named("chain.placement").slug]), {"format": "csv"}
    )
    return b"".join(answer.streaming_content).decode("utf-8-sig") if answer.streaming else text_of(answer)


def imported(client: Client, sheet: str) -> None:
    """Uploaded, checked and written."""
    url = reverse("exchange-upload", args=[ledger_named("chain.placement").slug])
    sent = client.post(url, {"file": SimpleUploadedFile("上链.csv", sheet.encode("utf-8-sig"))})
    session = sent.headers["Location"]
    for step in (session, f"{session}write/"):
        client.get(session)
        if step != session:
            client.post(step)
        while run_next():
            pass


def levels() -> dict[str, str]:
    return dict(Placement.objects.values_list("firm__name", "level"))


def test_an_untouched_export_decides_nothing(office: Office, client_of: LogIn) -> None:
    sugar()
    placed(office, "z.mill", "青禾甲糖业有限公司", "sure")
    placed(office, "z.mill", "青禾乙糖业有限公司", "doubtful")
    client = client_of("gongxin")
    before = Entry.objects.filter(ledger="chain.placement").count()
    imported(client, exported(client))
    assert levels() == {"青禾甲糖业有限公司": "sure", "青禾乙糖业有限公司": "doubtful"}
    assert Entry.objects.filter(ledger="chain.placement").count() == before


def test_a_corrected_row_of_an_export_is_decided_and_the_others_are_not(office: Office, client_of: LogIn) -> None:
    sugar()
    placed(office, "z.mill", "青禾甲糖业有限公司", "sure")
    placed(office, "z.mill", "青禾乙糖业有限公司", "doubtful")
    client = client_of("gongxin")
    lines = exported(client).splitlines()
    changed = [line.replace("主营", "配套") if "青禾乙" in line else line for line in lines]
    assert changed != lines
    imported(client, "\r\n".join(changed))
    assert levels() == {"青禾甲糖业有限公司": "sure", "青禾乙糖业有限公司": "decided"}
    assert Placement.objects.get(firm__name="青禾乙糖业有限公司").role == "supporting"


def test_a_capacity_typed_in_the_form_is_a_decision_and_a_new_row_too(office: Office) -> None:
    sugar()
    one = placed(office, "z.mill", "青禾甲糖业有限公司", "doubtful")
    ledger, actor = ledger_named("chain.placement"), office.actor("gongxin")
    raw = {"firm": "青禾甲糖业有限公司", "node": "制糖", "role": "main", "capacity": "", "as_of": f"{one.as_of}"}
    save(ledger, actor, raw, key=one.pk, version=one.version)
    assert levels() == {"青禾甲糖业有限公司": "doubtful"}
    save(ledger, actor, {**raw, "capacity": "300"}, key=one.pk, version=one.version)
    assert levels() == {"青禾甲糖业有限公司": "decided"}
    save(ledger, actor, {**raw, "node": "糖蜜"})
    assert Placement.objects.get(node__name="糖蜜").level == "decided"
