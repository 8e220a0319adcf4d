from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "gongxing.kernel.files"
    label = "files"
    verbose_name = _("文件")
    default_auto_field = "django.db.models.BigAutoField"
