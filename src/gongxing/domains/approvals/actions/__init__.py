"""The verbs of a case."""

from gongxing.domains.approvals.actions import (
    closing,
    flow_steps,
    flow_versions,
    handing_in,
    intake,
    keys,
    lane_meeting,
    lanes,
    leads,
    plans,
    recording,
    stopping,
)

__all__ = [
    "closing",
    "flow_steps",
    "flow_versions",
    "handing_in",
    "intake",
    "keys",
    "lane_meeting",
    "lanes",
    "leads",
    "plans",
    "recording",
    "stopping",
]
