"""How much filling in the house asks of people, form by form: what was filled already, what was typed, what was typed twice."""
