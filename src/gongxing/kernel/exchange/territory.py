"""Whose rows an importer may write: asked of whole batches, before anything is written."""

from collections.abc import Iterable, Mapping
from typing import Any

from gongxing.kernel.access.visible import Reach, reach
from gongxing.kernel.database.rows import Row, field_of
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit


class Territory:
    """Where an actor may add and change rows of a model. The grants are read once for a batch."""

    def __init__(self, model: type[Row], actor: Actor) -> None:
        self.model, self.actor = model, actor
        self.name = model._meta.label_lower
        self._reaches: dict[str, Reach] = {}
        self._owners: dict[int, int | None] = {}
        self._units: dict[int, str] = {}

    def may(self, verb: str) -> bool:
        """Whether the actor may do a verb on at least some rows."""
        return not self._reach(verb).nothing

    def _reach(self, verb: str) -> Reach:
        if verb not in self._reaches:
            self._reaches[verb] = reach(self.actor, verb, self.name)
        return self._reaches[verb]

    @property
    def _steps(self) -> list[str]:
        return (self.model.scope or "").split("__")

    def learn(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Look up the units of the things (the firm of a figure) these cleaned rows name. One query, none where rows name the unit."""
        head, *rest = self._steps
        if not rest:
            return
        keys = {row.get(f"{head}_id") for row in rows} - {None, *self._owners}
        if keys:
            owner = field_of(self.model, head).related_model
            found = owner._default_manager.filter(pk__in=keys).values_list("pk", f"{'__'.join(rest)}_id")
            self._owners.update(found)

    def outside(self, values: Mapping[str, Any], stored: Row | None) -> str | None:
        """The name of the unit a row would belong to, when it lies outside the actor's reach; None when the row may be written.

        A row that does not say where it belongs stays where it is, which was asked when it was found.
        """
        found = self._reach("add" if stored is None else "change")
        if found.everything or found.things or self.model.scope in (None, "id"):
            return None
        head, *rest = self._steps
        if f"{head}_id" not in values:
            return None
        unit = values[f"{head}_id"]
        if rest:
            unit = self._owners.get(unit)
        return None if unit in found.units else self._unit_name(unit)

    def _unit_name(self, unit: int | None) -> str:
        if unit is None:
            return ""
        if unit not in self._units:
            self._units[unit] = Unit.objects.filter(pk=unit).values_list("name", flat=True).first() or ""
        return self._units[unit]

    def places(self, keys: Iterable[int]) -> dict[int, str]:
        """The name of the unit each stored row belongs to, "" for county-wide rows. Rows that are gone are left out."""
        found = self.model._default_manager.filter(pk__in=list(keys))
        scope = self.model.scope
        if scope is None:
            return dict.fromkeys(found.values_list("pk", flat=True), "")
        path = "name" if scope == "id" else f"{scope}__name"
        return {pk: str(name or "") for pk, name in found.values_list("pk", path)}
