"""Hand-written pages of the chain stage, one module a page or a family of them."""
