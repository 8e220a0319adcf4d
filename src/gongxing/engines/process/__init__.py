"""What really happens to cases: an event log of the office's own entries or of another system, and questions to it.

Reading (each gives an ``EventLog``; what was left out stands in its ``faults``; what cannot be read at all raises ``Refused``, whose ``reason`` is a
code with details, and so does a log in which only some times name a zone and none is given for the others):

    log = log_of_entries([Entry("GX-1", "受理", when, desk="窗口"), …], zone)    entries of the office
    log = read_xes(data, zone)                                                   XES, plain or gzip
    log = read_csv(data, Columns("案件号", "环节", "时间", desk="科室"), zone)     CSV, UTF-8, UTF-16 or GB 18030
    objects = read_objects(data); objects.type_counts; log = flattened(objects, "order", zone)     OCEL 1.0 and 2.0, JSON
    log = paired(log)                                                            START and COMPLETE become one event with begin and end

    log.only(mask); log.on_clock(office)                                         some events; another clock, say one of office hours

Asking (results are frozen, largest first, seconds are those of the log's clock):

    directly_follows(log)      edges with frequency and time, activities, how many neighbours have equal times
    variants(log)              paths and how many cases took each
    durations(log)             per case, mean, median, ninth decile, longest
    rework(log)                activities done again, with cases
    waiting_by_desk(log)       how long cases lay with each desk; ``by="resource"``: with each person
    handovers(log)             from desk to desk, with returns
    bottlenecks(log)           the edges that cost most time, and how far durations would fall without each
    what_if(log, [WithoutPause("暂停", "恢复"), WithoutWait("补正告知", "补正收到"), AtOnce(("消防审查", "人防审查"))])
    conformance(log, Flow(steps, arrows))     on demand: which cases leave the designed flow, where; ``flow_faults`` before
    drift(log, zone)           month by month: does the work flow otherwise than in the months before?
    honesty(records, Thresholds())     leads on clocks that are played with, each with its cases

Reason codes begin with ``process.``; the domain words them. Faults of reading: ``no_case``, ``no_activity``, ``no_time``,
``unreadable_time``, ``unreadable_start``, ``start_after_end``, ``case_without_name``, ``case_without_events``, ``case_twice``, ``event_outside_case``,
``short_row``, ``start_without_end``, ``other_transition``, ``event_of_no_case``, ``event_of_several_cases``, ``unknown_object``. Refusals: ``mixed_zones``,
``too_large``, ``broken_gzip``, ``broken_xml``, ``document_type``, ``not_xes``, ``broken_table``, ``empty_file``, ``no_column``, ``column_twice``,
``unknown_encoding``, ``broken_json``, ``not_ocel``, ``no_such_type``. Of flows: ``step_twice``, ``arrow_twice``, ``unknown_step``, ``no_start``, ``no_end``,
``step_never_reached``, ``step_never_ends``, ``start_waits_for_all``, ``end_splits_into_all``. Leads: see ``honesty``.

The algebra, numbered, stands with each question: ``dfg``, ``variants``, ``desks``, ``bottlenecks``, ``flow``, ``replay``, ``drift``, ``honesty``; the strict form of XES
that is read fast in ``scanning``. ``check_map`` and its sisters count everything again in plain Python.

Sources: IEEE 1849 (XES); the OCEL specification; van der Aalst, Process Mining (2016), and A practitioner's guide to process mining: limitations of
the directly-follows graph (2019); Rozinat & van der Aalst, Conformance checking of processes based on monitoring real behavior (2008);
rulebook 5.4. Papers are cited from memory.
"""

from gongxing.engines.process.bottlenecks import (
    AtOnce,
    Bottleneck,
    Change,
    Saving,
    Spread,
    WhatIf,
    WithoutPause,
    WithoutWait,
    bottlenecks,
    what_if,
)
from gongxing.engines.process.check import check_durations, check_map, check_rework, check_variants
from gongxing.engines.process.desks import DeskWait, Handover, Handovers, handovers, waiting_by_desk
from gongxing.engines.process.dfg import (
    Activity,
    Durations,
    Edge,
    FlowMap,
    Rework,
    directly_follows,
    durations,
    rework,
)
from gongxing.engines.process.drift import Month, Shift, drift
from gongxing.engines.process.flow import Arrow, Flow, Step, flow_faults
from gongxing.engines.process.honesty import (
    CaseRecord,
    EntryRecord,
    Honesty,
    Lead,
    PauseRecord,
    Thresholds,
    Untested,
    calendar_days,
    honesty,
)
from gongxing.engines.process.lifecycle import paired
from gongxing.engines.process.log import EventLog, Fault, Refused
from gongxing.engines.process.ocel import ObjectLog, flattened, read_objects
from gongxing.engines.process.replay import Conformance, Deviation, Replay, Replayed, conformance
from gongxing.engines.process.table import (
    XES_COLUMNS,
    Columns,
    Entry,
    log_of_columns,
    log_of_entries,
    read_csv,
    rows_of,
)
from gongxing.engines.process.variants import Variant, variants
from gongxing.engines.process.xes import read_xes

__all__ = [
    "XES_COLUMNS", "Activity", "Arrow", "AtOnce", "Bottleneck", "CaseRecord", "Change", "Columns", "Conformance", "DeskWait", "Deviation",
    "Durations", "Edge", "Entry", "EntryRecord", "EventLog", "Fault", "Flow", "FlowMap", "Handover", "Handovers", "Honesty", "Lead", "Month",
    "ObjectLog", "PauseRecord", "Refused", "Replay", "Replayed", "Rework", "Saving", "Shift", "Spread", "Step", "Thresholds", "Untested",
    "Variant", "WhatIf", "WithoutPause", "WithoutWait", "bottlenecks", "calendar_days", "check_durations", "check_map", "check_rework", "check_variants",
    "conformance", "directly_follows", "drift", "durations", "flattened", "flow_faults", "handovers", "honesty", "log_of_columns",
    "log_of_entries", "paired", "read_csv", "read_objects", "read_xes", "rework", "rows_of", "variants", "waiting_by_desk", "what_if",
]  # fmt: skip
