"""From a cell as people write it to a value: numbers, money, dates, codes, text. Pure; every refusal is a ``Fault``."""
