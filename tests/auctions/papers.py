"""The words on paper: what a reader of a PDF would copy out of it."""

import io

import pikepdf


def words_of(content: bytes) -> str:
    """The words of a PDF, by the table of characters that each font of it carries."""
    words = []
    with pikepdf.open(io.BytesIO(content)) as file:
        for page in file.pages:
            fonts = {name: letters_of(font) for name, font in page.Resources.Font.items()}
            letters = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    letters = fonts[str(operands[0])]
                elif str(operator) in ("Tj", "TJ"):
                    pieces = operands[0] if str(operator) == "TJ" else [operands[0]]
                    for piece in pieces:
                        if isinstance(piece, pikepdf.String):
                            raw = bytes(piece)
                            words += [
                                letters.get(raw[n : n + 2], "?") for n in range(0, len(raw), 2)
                            ]
                    words.append("\n")
    return "".join(words)


def letters_of(font) -> dict[bytes, str]:
    """Codes of a font and the letters that its ToUnicode table names."""
    found = {}
    for line in font.ToUnicode.read_bytes().decode().splitlines():
        parts = line.replace("<", " ").replace(">", " ").split()
        if line.startswith("<") and len(parts) == 2 and len(parts[0]) == 4:
            found[bytes.fromhex(parts[0])] = bytes.fromhex(parts[1]).decode("utf-16-be")
    return found
