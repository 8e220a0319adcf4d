"""谋→达产, the spine: one project from the first idea to full capacity.

Models, registers, gates between stages, the reserve pool, the plan of what to push this year, and the promises of both sides.
What other stages check about a project (policy, land) is registered in ``checks``; this package knows none of them.
"""
