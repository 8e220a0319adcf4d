"""What an actor owes, was promised and was told: each line says why it is theirs and offers the act that ends it."""
