"""The spine's own pages."""
