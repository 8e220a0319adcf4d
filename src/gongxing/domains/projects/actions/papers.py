"""Documents of a project: attached, replaced, taken off."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from gongxing.domains.projects.evidence import media_type_of
from gongxing.domains.projects.issuing import issuing_post, issuing_role, may_issue, not_issuer
from gongxing.domains.projects.models import Paper, Project
from gongxing.kernel.access.visible import reach, restrict, visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import path_of
from gongxing.kernel.ledger.column import Initial
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.store import Denied, Refused

LARGEST_KEY, ZERO, HEAD = Decimal(2**63 - 1), Decimal(0), 16
LEDGER, VERB = "projects.paper", "attach"
FileNumber = Annotated[
    int | None,
    Ask(_("文件编号"), required=False, minimum=ZERO, maximum=LARGEST_KEY, help=_("在材料页上传后得到；没有电子件的可以不填。")),
]  # fmt: skip


@action(label=_("附材料"), permission="projects.paper.attach", icon="file-text", why="optional")
def attach_paper(
    ctx: Ctx,
    *,
    project: Annotated[int, Ask(_("项目"), minimum=ZERO, maximum=LARGEST_KEY, help=_("项目页地址里的数字。"))],
    kind: Annotated[str, Ask(_("材料"), pack=("gates", "documents"))],
    issued_on: Annotated[date, Ask(_("出具日期"), initial=Initial.TODAY)],
    number: Annotated[str, Ask(_("文号"), required=False, max_length=80)] = "",
    issuer: Annotated[str, Ask(_("出具单位"), required=False, max_length=80)] = "",
    valid_until: Annotated[date | None, Ask(_("有效期至"), required=False)] = None,
    note: Annotated[str, Ask(_("说明"), required=False, max_length=300)] = "",
    file: FileNumber = None,
    seen: Annotated[
        int, Ask(_("看到的版本"), required=False, minimum=ZERO, help=_("替换已有材料时填它的版本，没有就是 0。"))
    ] = 0,
) -> Paper:
    """Register a document of a project, with its file where there is one; the one of the same kind is replaced (``seen`` is its version), its own
    file kept when no new one comes. The earlier file stays where the trail names it. Another office's opinion on the project is brought by that office
    alone (``issuing``), which need not own the project."""
    _reached(ctx, project)
    _own_paper(ctx, kind)
    stored = _file(ctx, file)
    ledger = ledger_named(LEDGER)
    post = issuing_post(ctx.actor, kind)
    if issuing_role(kind) and post is not None:
        issuer = issuer or post.unit_name
    values: dict[str, object] = {
        "kind": kind, "issued_on": issued_on, "number": number, "issuer": issuer, "valid_until": valid_until, "note": note,
    }  # fmt: skip
    if stored is not None:
        values |= {"file_id": stored.pk, "file_name": stored.name[:200]}
    before = Paper.objects.select_for_update().filter(project_id=project, kind=kind).first()
    faults = [one for one in ledger.check(values, before) if one.fault.code != "paper.page_only"]
    if (before.version if before is not None else 0) != seen:
        faults = [FieldFault("", Fault("paper.seen_another")), *faults]
    if faults:
        raise Refused(faults)
    with ctx.under(post):
        if before is None:
            paper = ctx.create(Paper(**ledger.derive({**values, "project_id": project}, None)))
        else:
            paper = ctx.update(before, **values)
        if stored is not None:
            _belongs(stored, paper)
        moved(ctx, project)
    return paper


@action(label=_("去掉材料"), permission="projects.paper.attach", on=Paper, icon="trash", why="required")
def detach_paper(ctx: Ctx, *, paper: Paper) -> None:
    """Take a document off that was attached by mistake; the trail keeps it, and its file stays. Another office's opinion is taken off by that office alone."""
    _own_paper(ctx, paper.kind)
    project = paper.project_id
    with ctx.under(issuing_post(ctx.actor, paper.kind)):
        ctx.delete(paper)
        moved(ctx, project)


def _own_paper(ctx: Ctx, kind: str) -> None:
    """Raises Refused, naming whose paper it is."""
    if not may_issue(ctx.actor, kind):
        raise Refused(not_issuer(kind))


def moved(ctx: Ctx, project: int) -> None:
    """Note on the project that something about it changed today."""
    row = Project.objects.select_for_update().get(pk=project)
    ctx.update(row, moved_on=today())


def _reached(ctx: Ctx, project: int) -> None:
    """The project, named by its id because names are not unique and most have no code: it must be seen, and the right held in its unit.
    Raises Refused, Denied."""
    rows = Project.objects.filter(pk=project)
    if not visible(rows, ctx.actor).exists():
        raise Refused([FieldFault("project", Fault("reference.unknown", text=str(project)))])
    if not restrict(rows, reach(ctx.actor, VERB, LEDGER)).exists():
        raise Denied(VERB, LEDGER)


def _file(ctx: Ctx, file: int | None) -> StoredFile | None:
    """The uploaded file, if it is the actor's own, there, and of a kind that is taken. Raises Refused."""
    if not file:
        return None
    stored = StoredFile.objects.filter(pk=file, user_id=ctx.actor.user_id).first()
    if stored is None or not path_of(stored).is_file() or stored.ledger not in ("", LEDGER):
        raise Refused([FieldFault("file", Fault("evidence.gone"))])
    with path_of(stored).open("rb") as opened:
        head = opened.read(HEAD)
    try:
        media_type_of(stored.name, head, stored.size)
    except Fault as fault:
        raise Refused([FieldFault("file", fault)]) from fault
    return stored


def _belongs(stored: StoredFile, paper: Paper) -> None:
    """The file stays as long as the paper: it does not expire as uploads nobody used do."""
    StoredFile.objects.filter(pk=stored.pk).update(ledger=LEDGER, row=paper.pk, expires_at=None)
