"""Writes the generated pages of the reference: commands, settings, registers with their columns, messages with their remedies.

``python docs/reference/make.py [--check]``: with ``--check`` nothing is written and the exit code says whether the pages are up to date.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxing.site.settings")
django.setup()

import gongxing.kernel.api.site  # noqa: E402, F401  after django.setup(): its sentences belong to the messages
from gongxing.kernel.action.declare import all_actions  # noqa: E402
from gongxing.kernel.ledger.declare import all_ledgers  # noqa: E402
from gongxing.kernel.ledger.faults import SENTENCES  # noqa: E402
from gongxing.site.commands import COMMANDS  # noqa: E402
from gongxing.site.config import Config  # noqa: E402

HERE = Path(__file__).resolve().parent
SETTINGS = {
    "data_dir": "所有数据、文件、日志所在的目录",
    "packs_dir": "规则包目录",
    "database_url": "空为 SQLite；postgres://用户:密码@主机/库 为 PostgreSQL",
    "secret_key": "空则第一次启动时生成，存在数据目录的 secret.key",
    "debug": "只在开发时打开",
    "allowed_hosts": "可以用哪些主机名访问，逗号隔开",
    "county": "县名，显示在页头和导出封面",
    "demo": "演示模式：登录页列出账号，页面标明虚构",
    "language": "默认语言：zh-hans 或 en",
    "time_zone": "时区",
    "host": "监听地址；0.0.0.0 表示内网可访问",
    "port": "端口",
    "workers": "网页进程数",
    "session_minutes": "多少分钟无操作自动退出",
    "password_days": "密码多少天须更换，0 为不要求",
    "https": "前面有终止 HTTPS 的反向代理时打开：Cookie 只走加密连接，采信代理的 X-Forwarded-Proto、-Host、-For",
    "origins": "表单还可以来自哪些完整地址（代理改了主机名或端口时才要填），逗号隔开，如 https://gx.example.gov.cn:8443",
    "proxies": "https 打开时，站点前面有几层自己的代理；登录锁定据此认出真正的来访电脑",
    "upload_limit_mb": "上传文件的上限",
    "wmts_url": "底图瓦片地址（如天地图），写 {z}、{x}、{y}；空则地图没有底图，别的都能用。页面只许向这一个主机取图",
}


def commands() -> str:
    """The commands of ``python -m gongxing``."""
    lines = [
        "# 命令 Commands",
        "",
        "`python3 run.py 命令` 会先备好环境；环境备好后也可以 `.venv/bin/python -m gongxing 命令`。",
        "",
    ]
    lines += ["| command | what it does |", "|---|---|"]
    lines += [f"| `{name}` | {text} |" for name, (_module, text) in COMMANDS.items()]
    lines += [
        "| `test` | every check and test (only through run.py) |",
        "| `wheelhouse DIR` | collect everything for an offline install (only through run.py) |",
    ]
    return "\n".join([*lines, "", "其他命令交给 Django（`shell`、`dbshell` …）。", ""])


def settings() -> str:
    """The settings and their defaults."""
    lines = [
        "# 设置 Settings",
        "",
        "写在数据目录的 `gongxing.toml`，或环境变量 `GONGXING_大写名`（后者优先）。不认识的名字会被点名拒绝。",
        "",
    ]
    lines += ["| 名 | 默认 | 说明 |", "|---|---|---|"]
    for one in fields(Config):
        default = "" if one.name in ("data_dir", "packs_dir") else str(one.default)
        lines.append(
            f"| `{one.name}` | `{default}` | {SETTINGS[one.name]} |"
            if default
            else f"| `{one.name}` | | {SETTINGS[one.name]} |"
        )
    return "\n".join([*lines, ""])


def _column_lines() -> Iterator[str]:
    for ledger in all_ledgers():
        yield f"## {ledger.label} `{ledger.name}`"
        yield ""
        yield f"可做：{'、'.join(sorted(ledger.verbs)) or '只读'}。筛选：{'、'.join(str(ledger.column(name).label) for name in ledger.facets) or '无'}。"
        yield ""
        yield "| 栏目 | 名 | 类型 | 单位 | 必填 | 表头也认 |"
        yield "|---|---|---|---|---|---|"
        for column in ledger.columns:
            marks = "是" if column.required else ""
            also = "、".join(column.synonyms)
            yield f"| {column.label} | `{column.name}` | {column.kind} | {column.unit} | {marks} | {also} |"
        yield ""


def ledgers() -> str:
    """Every register with its columns, and every action."""
    lines = ["# 台账与栏目 Registers", "", *_column_lines(), "## 动作", "", "| 动作 | 名 | 权限 |", "|---|---|---|"]
    lines += [f"| {one.label} | `{one.name}` | `{one.verb}` {one.target} |" for one in all_actions()]
    return "\n".join([*lines, ""])


def messages() -> str:
    """Every message a refused cell, row or file can give."""
    lines = [
        "# 提示与改法 Messages",
        "",
        "每一条都说明原因和改法；`%(…)s` 处是实际的值。",
        "",
        "| 代码 | 提示 |",
        "|---|---|",
    ]
    lines += [f"| `{code}` | {text} |" for code, text in sorted(SENTENCES.items())]
    return "\n".join([*lines, ""])


PAGES = {"commands.md": commands, "settings.md": settings, "ledgers.md": ledgers, "faults.md": messages}


def main(arguments: list[str]) -> int:
    stale = []
    for name, make in PAGES.items():
        path, text = HERE / name, make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8")
    if stale and "--check" in arguments:
        sys.stderr.write(f"not up to date: {', '.join(stale)}; run python docs/reference/make.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
