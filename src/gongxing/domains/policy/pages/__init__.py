"""Pages of the policy stage."""
