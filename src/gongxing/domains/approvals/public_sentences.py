"""What is said when something about a case page or its key is refused."""

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Lazy] = {
    "case.key_days": _("有效期要在今天到 %(last)s 之间，最长 %(most)s 天。"),
    "case.files_most": _("这一件已经交了 %(most)s 个文件，不能再交。请把零散的页合成一个 PDF，或到窗口当面交。"),
    "case.hand_in_over": _("这一件%(state)s，不再收材料。还有要补的，请和窗口联系。"),
    "case.which_material": _("请选这个文件是哪一份材料。"),
    "case.file_needed": _("请先选一个文件。"),
}
