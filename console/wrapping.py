"""Text in lines of a terminal, measured in cells: wide characters take two."""

from rich.cells import cell_len


def wrap(text: str, width: int) -> list[str]:
    """Text in lines of at most `width` cells; words longer than that are cut. A line's indentation stays."""
    lines: list[str] = []
    for paragraph in text.expandtabs(4).split("\n"):
        words = paragraph.lstrip(" ")
        used = min(len(paragraph) - len(words), width // 2)
        line, first = " " * used, True
        for word in words.split(" "):
            size = len(word) if word.isascii() else cell_len(word)
            if not first and used + 1 + size > width:
                lines.append(line)
                line, used = "", 0
            elif not first:
                line, used = line + " ", used + 1
            first = False
            while size > width - used:
                cut = chars_within(word, width - used)
                lines.append(line + word[:cut])
                line, used, word = "", 0, word[cut:]
                size = len(word) if word.isascii() else cell_len(word)
            line, used = line + word, used + size
        lines.append(line)
    return lines


def chars_within(word: str, width: int) -> int:
    """The number of characters of the word that fit into `width` cells; at least 1, so that a loop over them ends."""
    if word.isascii():
        return max(1, width)
    used = 0
    for i, char in enumerate(word):
        used += cell_len(char)
        if used > width:
            return max(1, i)
    return len(word)
