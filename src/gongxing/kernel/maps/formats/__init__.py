"""One module per kind of map file; each gives an ``Opened`` that ``reading`` turns into layers."""
