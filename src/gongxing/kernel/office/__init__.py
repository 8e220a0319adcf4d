"""Running the house: units, posts, accounts, tenures, delegations, grants, rule packs, deadlines and the trail as ledgers."""
