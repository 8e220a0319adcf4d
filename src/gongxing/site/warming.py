"""What every web process would do once at its first page, done before the processes part: words, addresses, templates, counts of the
lists. The first page of a process took half a second longer than the next."""

from pathlib import Path

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.urls import get_resolver, reverse
from django.utils import translation

from gongxing.kernel.ledger.cube import count_all
from gongxing.kernel.ledger.declare import all_ledgers

PACKAGE = Path(__file__).resolve().parents[1]


def warm() -> None:
    """Read both languages, all addresses and templates, and count the facets of every ledger. Reads the databases, writes nothing."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("是")
            reverse("home")
    get_resolver().resolve("/login/")
    _templates()
    count_all(all_ledgers())


def _templates() -> None:
    """Parse our own templates; one that cannot be read is left to the page that needs it."""
    engine = engines["django"]
    for folder in engine.template_dirs:
        if PACKAGE not in Path(folder).parents:
            continue
        for path in sorted(Path(folder).rglob("*.html")):
            try:
                engine.get_template(path.relative_to(folder).as_posix())
            except (TemplateDoesNotExist, TemplateSyntaxError):
                continue
