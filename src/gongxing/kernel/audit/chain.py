"""Hashes of entries and links, and the check that finds any edited, deleted or reordered entry.

Formats. 1: the leaf covers the content, the root the leaves of a transaction. 2 (since entries say that a post was lent): the leaf
covers ``lent`` too, the root the id beside each leaf, so that entries cannot change places between transactions either. Entries
and links say which format they have; what was written in an older one is checked by it for ever.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connections, router

from gongxing.kernel.audit.models import Entry, Head, Link, Secret
from gongxing.kernel.database.snapshot import snapshot

UNIT_MARK = "\x1f"
GENESIS = "0" * 64
FORMAT = 2
STEP = 5000


def digest(*parts: str) -> str:
    """SHA-256 (hex) over the parts joined by the unit separator, which is refused in input."""
    return hashlib.sha256(UNIT_MARK.join(parts).encode()).hexdigest()


def instant_text(moment: datetime) -> str:
    """The moment as both databases give it back: UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def leaf_of(entry: Entry) -> str:
    """The hash of one entry's content in the entry's format. The primary key is left out: the root binds it."""
    content = (
        entry.tx,
        entry.ledger,
        str(entry.row),
        str(entry.row_version),
        entry.verb,
        "" if entry.post_id is None else str(entry.post_id),
        entry.post,
        str(entry.user_id),
        entry.user,
        instant_text(entry.at),
        entry.why,
        entry.title,
        entry.body,
    )
    if entry.format == 1:
        return digest(*content, *([entry.lent] if entry.lent else []))  # format 1 knew no lent posts
    return digest(str(entry.format), entry.lent, *content)


def root_of(entries: Iterable[tuple[int, str]], form: int = FORMAT) -> str:
    """The hash over the (id, leaf) of the entries of one transaction, in id order."""
    hasher = hashlib.sha256()
    for key, leaf in entries:
        hasher.update(leaf.encode() if form == 1 else f"{key}:{leaf}\n".encode())
    return hasher.hexdigest()


def link_hash(prev: str, root: str, number: int) -> str:
    """The hash that binds a transaction to the one before it."""
    return digest(prev, root, str(number))


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold. ``kind``: entry_edited, entries_missing, entries_reordered, entry_unlinked, link_edited,
    link_missing, secret_edited, head_differs. ``entry_id`` and ``link_id`` where known."""

    kind: str
    entry_id: int | None = None
    link_id: int | None = None
    detail: str = ""


@dataclass(frozen=True)
class ChainReport:
    """The outcome of a check: how much was read, the head hash, and every break found (at most ``limit``)."""

    entries: int
    links: int
    head: str
    breaks: tuple[Break, ...]
    secrets: int = 0

    @property
    def sound(self) -> bool:
        return not self.breaks


def check_chain(expected_head: str = "", limit: int = 100) -> ChainReport:
    """Read the whole chain and every sealed value once and name every break. It is read as it stood at one moment, so that what others
    write meanwhile is no break; nobody waits for it.

    ``expected_head`` is a head hash printed earlier (in a backup, an export, a digest): a chain whose tail was cut is whole in
    itself, and only this comparison shows the cut.
    """
    with snapshot(router.db_for_read(Entry)):
        return _Checker(limit).run(expected_head)


class _Checker:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.breaks: list[Break] = []
        self.entry_count = 0
        self.link_count = 0
        self.secret_count = 0
        self.last_entry = 0
        # One writer at a time gives ids in the order of the links; on PostgreSQL a long write may end after a later short one.
        self.ids_rise = connections[router.db_for_read(Entry)].vendor == "sqlite"

    def _found(self, found: Break) -> None:
        if len(self.breaks) < self.limit:
            self.breaks.append(found)

    def run(self, expected_head: str) -> ChainReport:
        groups = self._leaves_by_tx()
        prev, last_id, seen_expected = GENESIS, 0, expected_head in ("", GENESIS)
        for link in Link.objects.order_by("id").iterator(STEP):
            self.link_count += 1
            prev, last_id = self._link(link, groups.pop(link.tx, []), prev, last_id)
            seen_expected = seen_expected or link.hash == expected_head
        for leaves in groups.values():
            self._found(Break("entry_unlinked", entry_id=leaves[0][0]))
        head = Head.objects.order_by("id").first()
        head_hash = head.hash if head is not None and head.hash else GENESIS
        if head_hash != prev:
            self._found(Break("head_differs", link_id=last_id, detail=f"{head_hash[:12]} != {prev[:12]}"))
        if not seen_expected:
            self._found(Break("head_differs", detail=f"{expected_head[:12]} is not in the chain"))
        self._secrets()
        return ChainReport(self.entry_count, self.link_count, head_hash, tuple(self.breaks), self.secret_count)

    def _link(self, link: Link, leaves: list[tuple[int, str]], prev: str, last_id: int) -> tuple[str, int]:
        if link.pk != last_id + 1:
            self._found(Break("link_missing", link_id=last_id + 1))
        if len(leaves) != link.entries:
            self._found(Break("entries_missing", link_id=link.pk, detail=f"{len(leaves)}/{link.entries}"))
        elif root_of(leaves, link.format) != link.root:
            self._found(Break("link_edited", link_id=link.pk, entry_id=leaves[0][0] if leaves else None, detail="root"))
        if link.prev_hash != prev or link_hash(link.prev_hash, link.root, link.pk) != link.hash:
            self._found(Break("link_edited", link_id=link.pk, detail="hash"))
        if leaves and self.ids_rise:
            if leaves[0][0] <= self.last_entry:
                self._found(Break("entries_reordered", link_id=link.pk, entry_id=leaves[0][0]))
            self.last_entry = max(self.last_entry, leaves[-1][0])
        return link.hash, link.pk

    def _leaves_by_tx(self) -> dict[str, list[tuple[int, str]]]:
        groups: dict[str, list[tuple[int, str]]] = {}
        for entry in Entry.objects.order_by("id").iterator(STEP):
            self.entry_count += 1
            if leaf_of(entry) != entry.leaf:
                self._found(Break("entry_edited", entry_id=entry.pk, detail=f"{entry.ledger}:{entry.row}"))
            groups.setdefault(entry.tx, []).append((entry.pk, entry.leaf))
        return groups

    def _secrets(self) -> None:
        """A sealed value that does not match its seal; one that is gone was erased, as it may be."""
        for secret in Secret.objects.order_by("id").iterator(STEP):
            self.secret_count += 1
            if digest(secret.salt, secret.value) != secret.seal:
                owner = (
                    Entry.objects.filter(body__contains=secret.seal).order_by("id").values_list("pk", flat=True).first()
                )
                self._found(Break("secret_edited", entry_id=owner, detail=f"seal {secret.seal[:12]}"))
