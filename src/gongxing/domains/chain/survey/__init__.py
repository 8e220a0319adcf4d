"""What lead firms buy: reading a sheet, matching items to links, what to ask, how far it got."""
