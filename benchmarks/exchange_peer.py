"""django-import-export doing the same import: its documented two steps over the same file, columns and table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tablib
from django.conf import settings
from import_export import fields, resources, widgets

from benchmarks.exchange_run import keep
from benchmarks.harness import stopwatch
from gongxing.domains.firms.models import Firm
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.models import Unit

SKIPPED = frozenset({"former_names", "industry"})
TEXT_ONLY = frozenset({"capital", "founded", "produced", "approved", "term_end"})


class FlagWidget(widgets.Widget):
    """是 and 否."""

    def clean(self, value: Any, row: Any = None, **more: Any) -> bool:
        return bool(value == "是")


class UnitWidget(widgets.ForeignKeyWidget):
    """Units by name, each asked once: kinder to the peer than its default of a query a row."""

    known: dict[str, Unit] = {}

    def clean(self, value: Any, row: Any = None, **more: Any) -> Unit | None:
        if value not in self.known:
            self.known[value] = Unit.objects.get(name=value)
        return self.known[value]


def resource() -> resources.ModelResource:
    """A resource over the columns both can read as text, number or reference; capital and dates go to text fields it can fill."""
    made: dict[str, Any] = {}
    for column in ledger_named("firms.firm").editable:
        name, label = column.name, str(column.label)
        if name in SKIPPED:
            continue
        if name in ("above_scale", "hi_tech", "listed"):
            made[name] = fields.Field(attribute=name, column_name=label, widget=FlagWidget())
        elif name == "unit":
            made[name] = fields.Field(attribute=name, column_name=label, widget=UnitWidget(Unit, "name"))
        elif name in TEXT_ONLY:
            made[name] = fields.Field(attribute=f"peer_{name}", column_name=label, widget=widgets.CharWidget())
        else:
            made[name] = fields.Field(attribute=name, column_name=label, widget=widgets.CharWidget())
    made["Meta"] = type("Meta", (), {"model": Firm, "import_id_fields": ("uscc",), "fields": tuple(made)})
    return type("FirmResource", (resources.ModelResource,), made)()


def _defaults(instance: Firm, row: Any, **_more: Any) -> None:
    """The peer knows no derivation: the least a row needs to be stored."""
    instance.status, instance.specialised, instance.folded, instance.initials = "active", "none", instance.name, ""


def _passes(dataset: tablib.Dataset) -> tuple[float, float]:
    """Seconds of the dry run with its preview of differences, and of the import."""
    one = resource()
    one.before_save_instance = _defaults
    with stopwatch() as dry:
        result = one.import_data(dataset, dry_run=True, use_transactions=True)
    if result.has_errors():
        raise SystemExit(f"the peer's dry run failed: {result.error_rows[0].errors[0].error!r}")
    with stopwatch() as wet:
        one.import_data(dataset, dry_run=False, use_transactions=True, raise_errors=True)
    return dry.seconds, wet.seconds


def peer(folder: Path, rows: int) -> dict[str, float]:
    """Read the file with tablib (openpyxl), then the two steps."""
    assert folder == Path(settings.DATA_DIR)
    with stopwatch() as read:
        content = (folder / "register.xlsx").read_bytes()
        loaded = tablib.Dataset().load(content, format="xlsx", headers=False)
        _title, header, *lines = list(loaded)
        dataset = tablib.Dataset(*lines, headers=list(header))
    dry, wet = _passes(dataset)
    found = Firm.objects.count()
    if found != rows:
        raise SystemExit(f"the peer stored {found} firms")
    return {"s": read.seconds + dry + wet, "read_s": read.seconds, "dry_s": dry, "write_s": wet, "firms": found}


def run(arguments: Sequence[str]) -> None:
    """step, folder, rows, seed."""
    folder = Path(arguments[1])
    keep(folder, "peer", peer(folder, int(arguments[2])))
