"""The stages of a county's industrial economy, one folder each."""
