"""``build-demo``: make the invented county where there is none, and print its accounts."""

import argparse
from collections.abc import Sequence

from django.conf import settings

from gongxing.site.commands.keep import init, say
from gongxing.site.demo.build import build, built
from gongxing.site.demo.county import ACCOUNTS, PASSWORD


def build_demo(arguments: Sequence[str]) -> int:
    """``build-demo [--scale X]``. Refuses a data folder that is not marked as a demonstration."""
    parser = argparse.ArgumentParser(prog="gongxing build-demo")
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args(arguments)
    if not settings.DEMO:
        say("只在演示模式下生成虚构的县（GONGXING_DEMO=1）。  Only in demonstration mode: set GONGXING_DEMO=1.")
        return 2
    init([])
    if not built():
        say("正在生成青禾县（演示）…  building the invented county …")
        say(f"完成，用时 {build(given.scale):.0f} 秒  done")
    say(f"演示账号（密码都是 {PASSWORD}）  accounts, password {PASSWORD}:")
    for account in ACCOUNTS:
        say(f"  {account.username:12s}{account.unit} {account.title}")
    return 0
