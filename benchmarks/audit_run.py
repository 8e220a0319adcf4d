"""The work of ``benchmarks.audit`` inside Django."""

import random
from collections.abc import Sequence

from django.core.management import call_command
from django.db import connection, transaction

from benchmarks.harness import Bounds, case, stopwatch
from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry, Head
from gongxing.kernel.audit.write import writing
from gongxing.kernel.testing.office import Office, make_office

CHANGES, TRIES = 2_000, 2
TAMPERINGS: dict[str, tuple[str, ...]] = {
    "body_edited": ("UPDATE audit_entry SET body = replace(body, '食品', '木业') WHERE id = {a}",),
    "author_edited": ("UPDATE audit_entry SET \"user\" = '别人' WHERE id = {a}",),
    "leaf_edited_too": ("UPDATE audit_entry SET body = '{{}}', leaf = '{zero}' WHERE id = {a}",),
    "entry_deleted": ("DELETE FROM audit_entry WHERE id = {a}",),
    "entries_reordered": (
        "UPDATE audit_entry SET id = -1 WHERE id = {a}",
        "UPDATE audit_entry SET id = {a} WHERE id = {b}",
        "UPDATE audit_entry SET id = {b} WHERE id = -1",
    ),
    "link_deleted": ("DELETE FROM audit_link WHERE id = {link}",),
    "links_swapped": (
        "UPDATE audit_link SET id = -1 WHERE id = {link}",
        "UPDATE audit_link SET id = {link} WHERE id = {link} + 1",
        "UPDATE audit_link SET id = {link} + 1 WHERE id = -1",
    ),
    "tail_cut": (
        "DELETE FROM audit_entry WHERE tx = (SELECT tx FROM audit_link ORDER BY id DESC LIMIT 1)",
        "DELETE FROM audit_link WHERE id = (SELECT MAX(id) FROM audit_link)",
        "UPDATE audit_head SET link_id = link_id - 1, hash = (SELECT hash FROM audit_link ORDER BY id DESC LIMIT 1)",
    ),
}


class Undo(Exception):
    """Takes a tampering back."""


def write(rows: int, office: Office) -> float:
    """Rows created in one transaction, then changed one by one; seconds an entry of the single changes costs."""
    actor, unit = office.actor("gongxin"), office.units["东园"]
    firms = [Firm(name=f"青禾试导{at}食品有限公司", folded=str(at), unit=unit) for at in range(rows)]
    with writing(actor, "import", "导入") as ctx:
        ctx.create_many(firms)
    with stopwatch() as watch:
        for firm in firms[:CHANGES]:
            with writing(actor, "change", "") as ctx:
                ctx.update(firm, name=f"{firm.name}二厂")
    return watch.seconds / CHANGES


def tampered(name: str, statements: Sequence[str], head: str, draw: random.Random) -> tuple[int, int]:
    """How often the check found one kind of tampering in TRIES tries."""
    firms = Entry.objects.filter(ledger=Firm._meta.label_lower)  # every one of them tells a name that can be edited
    found, first, last = 0, firms.order_by("id")[0].pk, firms.order_by("-id")[0].pk
    tries = TRIES
    for _try in range(tries):
        a = draw.randrange(first + 50, last - CHANGES - 50)
        values = {"a": a, "b": a + draw.randint(1, 40), "link": draw.randrange(20, CHANGES), "zero": "0" * 64}
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement.format(**values).replace("%", "%%"))
                found += not check_chain(head).sound
                raise Undo
        except Undo:
            pass
    return found, tries


def run(arguments: Sequence[str]) -> int:
    """rows, seed."""
    rows, draw = int(arguments[0]), random.Random(int(arguments[1]))
    for alias in ("default", "ops"):
        call_command("migrate", database=alias, verbosity=0)
    with stopwatch() as building:
        single = write(rows, make_office())
    with stopwatch() as watch:
        report = check_chain()
    case("check", entries=report.entries, links=report.links, s=watch.seconds, build_s=building.seconds)
    head, missed, tries = Head.objects.get(pk=1).hash, 0, 0
    for name, statements in TAMPERINGS.items():
        found, tried = tampered(name, statements, head, draw)
        case(name, found=f"{found}/{tried}")
        missed, tries = missed + tried - found, tries + tried
    bounds = Bounds()
    bounds.check("sound", int(report.sound), "==", 1)
    bounds.check("check_s", watch.seconds, "<=", 30)
    bounds.check("single_write_ms", single * 1000, "<=", 20)
    bounds.check("tampering_missed", missed, "==", 0)
    bounds.note(entries=report.entries, tampered=tries)
    return bounds.finish()
