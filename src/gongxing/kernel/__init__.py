"""What every stage needs: nouns (ledgers), verbs (actions), and the rows, clocks, grants and trails under them."""
