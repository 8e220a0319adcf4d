from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

DECLARATIONS = ("wiring", "ledgers", "actions", "handlers", "jobs")


class SiteConfig(AppConfig):
    """Loads every app's declarations once, by name, when the apps are ready."""

    name = "gongxing.site"
    label = "site"
    verbose_name = _("工兴")

    def ready(self) -> None:
        for module in DECLARATIONS:
            autodiscover_modules(module)
