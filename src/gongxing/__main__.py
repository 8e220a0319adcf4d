"""``python -m gongxing <command>``: init, demo, serve, work, tick, check, backup, reindex; anything else goes to Django."""

import sys

from gongxing.site.commands import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
