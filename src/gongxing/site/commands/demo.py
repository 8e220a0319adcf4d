"""``demo``: build the invented county where there is none, then serve it."""

import argparse
import os
import sys
from collections.abc import Sequence

from django.conf import settings

from gongxing.site.commands.keep import init, say
from gongxing.site.commands.serve import serve
from gongxing.site.demo.build import build, built
from gongxing.site.demo.county import ACCOUNTS, PASSWORD


def demo(arguments: Sequence[str]) -> int:
    """``demo [--scale X] [--build-only] [--port P]``."""
    parser = argparse.ArgumentParser(prog="gongxing demo")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--build-only", action="store_true")
    parser.add_argument("--host", default=settings.CONFIG.host)
    parser.add_argument("--port", type=int, default=settings.CONFIG.port)
    given = parser.parse_args(arguments)
    if not settings.DEMO:
        os.environ["GONGXING_DEMO"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "gongxing", "demo", *arguments])
    init([])
    if not built():
        say("正在生成青禾县（演示）…  building the invented county …")
        say(f"完成，用时 {build(given.scale):.0f} 秒  done")
    say(f"演示账号（密码都是 {PASSWORD}）  accounts, password {PASSWORD}:")
    for account in ACCOUNTS:
        say(f"  {account.username:12s}{account.unit} {account.title}")
    if given.build_only:
        return 0
    return serve(["--host", given.host, "--port", str(given.port)])
