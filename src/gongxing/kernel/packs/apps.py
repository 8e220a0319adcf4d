from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PacksConfig(AppConfig):
    name = "gongxing.kernel.packs"
    label = "packs"
    verbose_name = _("规则包")
    default_auto_field = "django.db.models.BigAutoField"
