"""谋, the rules of support: policies and their clauses, who meets them, the lists of industrial policy, and the fair-competition gate.

Matching is computed from the registers by ``engines/matching``; nothing is promised by it. A clause, an agreement or a batch of awards
with a red finding stops until a named reviewer clears it.
"""
