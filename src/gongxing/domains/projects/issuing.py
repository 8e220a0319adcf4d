"""Who issues a document the gates ask for.

Most are papers the unit that runs the project brings. Some are another office's opinion on that very project: the legality review is the justice bureau's,
whether the county can pay is the treasury's. Such a paper is attached, replaced and taken off by its office alone (``packs/gates`` documents, column ``issuer``).
"""

from gongxing.domains.projects.rule_words import said
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.org.actor import Actor, Held
from gongxing.kernel.org.models import Post
from gongxing.kernel.packs.tables import table


def issuing_role(kind: str) -> str:
    """The role whose paper it is; "" where the project's own unit brings it."""
    row = table("gates", "documents", today()).by_key(kind)
    return row.get("issuer") or "" if row is not None else ""


def issuing_post(actor: Actor, kind: str) -> Held | None:
    """The post from which the actor may bring the paper: the one acted from where anybody may, else one of the issuing role."""
    role = issuing_role(kind)
    if not role:
        return actor.post
    return next((held for held in (actor.post, *actor.posts) if held is not None and held.role == role), None)


def may_issue(actor: Actor, kind: str) -> bool:
    """Whether the paper is the actor's to bring, grants aside."""
    return actor.is_system or not issuing_role(kind) or issuing_post(actor, kind) is not None


def issuer_names(kind: str) -> str:
    """The units of the county whose paper it is; the name of the role where no unit has it yet, "" where the project's own unit brings it."""
    role = issuing_role(kind)
    if not role:
        return ""
    units = Post.objects.filter(role=role).order_by("unit__path").values_list("unit__name", flat=True).distinct()
    row = table("roles", "roles", today()).by_key(role)
    return "、".join(units) or (said(row, "name") if row is not None else role)


def not_issuer(kind: str, code: str = "paper.by_issuer") -> list[FieldFault]:
    """The fault of somebody else's paper, naming it and its office. ``code`` is that of the sentence."""
    row = table("gates", "documents", today()).by_key(kind)
    name = said(row, "name") if row is not None else kind
    return [FieldFault("", Fault(code, name=name, issuer=issuer_names(kind)))]
