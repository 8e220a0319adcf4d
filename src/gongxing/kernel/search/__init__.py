"""Finding a row by any part of its name, by pinyin initials or by code, within what one may see."""
