"""Words other platforms write into a sheet of cases."""

from collections.abc import Mapping

OUTCOMES: Mapping[str, str] = {
    "通过": "granted", "准予许可": "granted", "准予行政许可": "granted", "同意": "granted", "批准": "granted", "办结（准予）": "granted", "不通过": "denied",
    "不予许可": "denied", "不予行政许可": "denied", "不同意": "denied", "不予批准": "denied", "办结（不予）": "denied", "办理中": "", "在办": "", "正在办理": "", "未办结": "",
}  # fmt: skip
"""What other platforms write for the outcome; what is still under way has none."""
