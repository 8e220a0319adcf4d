"""The web site: configuration, addresses, menu, templates and the look."""
