"""The flow of a case through its desks: what a flow is made of, what is wrong with one, the acts of a running case, and their proof.

Algebra. A flow is a graph of steps and arrows with a start, ends, and for each step its desks D(s). The case is at one step at a time; a visit
(s, k) is the k-th time it is there and opens one task for every desk of D(s). Acts close tasks with a verdict; a step's outcome is agree or disagree.

Flows (``checking`` tells every breach):

F1. One start, at least one end, at least one decision; every step but an end has a desk; 会签 and 或签 have several, the others one.
F2. Every step is reached from the start, and an end from every step.
F3. For each outcome that leads on, a step has exactly one arrow without a condition: otherwise. A case is never without a way.
F4. Whoever signs together or decides can disagree: 会签, 或签 and decisions have a way on for it.
F5. Loops are lawful and bounded: every loop has a step with a bound (``repeats``).
F6. Inside a loop, an arrow into a step with a bound has a condition.
   From F3, F5 and F6: the arrows without condition never close a loop and never lead into a step whose bound is reached, so from every state of
   every case an end can be reached; between two returns no loop is walked more often than its bound, and returns are bounded too.

Outcomes:

O1. One disagreement of a step's own task, or of a signer added after, settles the step as disagree; the other open tasks lapse.
O2. 会签: agree when every own task agreed; 或签: the first own verdict settles it, the other own tasks lapse.
O3. A signer added before gives an opinion to whoever asked, who acts next; one added after must agree before the step is settled. Adding takes
   nothing away: the own tasks of a visit stay as many as the step's desks, so no statutory step is lost.
O4. An arrow into a step entered by then as often as its bound since the last return is no way. Of the others, the first whose condition holds.
O5. Return again 重走: the case walks from the earlier step by the arrows. Return directly 直达: when the earlier step agrees, the case goes back to
   the step that returned it; a disagreement there goes by the arrows and nothing is owed any more. Counts of loops begin anew.
O6. A withdrawn act stays in the log and the case stands as if it had not been; reminders are records only.

Invariants of every state of every case (``walking.broken``):

I1. At most one open task per step, desk and round.   I2. A finished case has no open task; every other has one.
I3. Returns and bounded steps stay within their bounds.   I4. Open tasks belong to the step the case is at and its present round.
I5. Every visit has as many own tasks, open or closed, as its step has desks (a transferred task counts with its heir).
I6. No task is twice; a running case has a task that waits for no other.

Verbs people use: 受理, 不予受理 and 决定 are agree and disagree of their steps, 补正 a return to the start, 办结 the finish of an end's desk or the
arrival at an end without one. Limits, extensions, delegations and who may see what are matters of whoever keeps the case.

Sources: the verbs are those of Chinese office systems; the rules above, the bounds, and that a disagreement settles a 会签 at once, are ours.
"""

from gongxing.engines.flows.checking import faults_of
from gongxing.engines.flows.definition import KINDS, Arrow, Flow, FlowRefused, Step, flow_from_json, to_json
from gongxing.engines.flows.running import VERBS, act, begin
from gongxing.engines.flows.state import Act, Done, Fact, FlowFault, State, Task, state_from_json, state_to_json
from gongxing.engines.flows.walking import Unlawful, Walk, broken, check

__all__ = [
    "KINDS",
    "VERBS",
    "Act",
    "Arrow",
    "Done",
    "Fact",
    "Flow",
    "FlowFault",
    "FlowRefused",
    "State",
    "Step",
    "Task",
    "Unlawful",
    "Walk",
    "act",
    "begin",
    "broken",
    "check",
    "faults_of",
    "flow_from_json",
    "state_from_json",
    "state_to_json",
    "to_json",
]
