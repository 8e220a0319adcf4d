"""谋: the county's industry chains. Which links are key, weak or missing, why, and what would change it.

Chains, links and what one buys from another are the county's own rows, begun from a pack; firms are placed on links by what
they make; purchase surveys say in money what is bought elsewhere. Grades are computed, never typed (``engines.chain``).
"""
