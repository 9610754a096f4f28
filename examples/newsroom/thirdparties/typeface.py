"""Draws the letters of « Quai » as a TrueType font, so that the font host has a real one to serve.

The tables follow the OpenType specification 1.9; sizes are in units of a thousandth of the type size.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from itertools import pairwise

from .letters import ACCENTED, ACCENTS, LETTERS

EM = 1_000
GRID = 82
PEN = 108
BEARING = 62
SPACE = 300

Point = tuple[float, float]
Contour = list[tuple[int, int]]


def typeface() -> bytes:
    """Give the font as the bytes of a ``.ttf`` file."""
    characters, glyphs = _glyphs()
    outlines = [_outline(contours) for _, contours in glyphs]
    offsets = [0]
    for outline in outlines:
        offsets.append(offsets[-1] + len(outline))
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap(characters),
        b"glyf": b"".join(outlines),
        b"head": _head(),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 960, -240, 0, 800, 0, 0, 800, 1, *[0] * 7, len(glyphs)),
        b"hmtx": b"".join(struct.pack(">Hh", width, _left(contours)) for width, contours in glyphs),
        b"loca": struct.pack(f">{len(offsets)}I", *offsets),
        b"maxp": struct.pack(">IHHH11H", 0x10000, len(glyphs), 400, 60, 0, 0, 2, *[0] * 8),
        b"name": _name(),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, -80, 50, 0, 0, 0, 0, 0),
    }
    return _file(tables)


def _glyphs() -> tuple[dict[int, int], list[tuple[int, list[Contour]]]]:
    """Map code points to glyphs, and give each glyph's width and contours; small letters look like capitals."""
    glyphs: list[tuple[int, list[Contour]]] = [(500, []), (SPACE, [])]
    characters = {0x20: 1, 0xA0: 1, 0x202F: 1}
    for character in [*LETTERS, *ACCENTED]:
        letter, accent = ACCENTED.get(character, (character, ""))
        width, _, strokes = LETTERS[letter].partition("  ")
        lines = _lines(strokes, 0)
        if accent:
            lines += _lines(ACCENTS[accent], float(width) / 2)
        for form in {character, character.lower()}:
            characters[ord(form)] = len(glyphs)
        contours = [contour for line in lines for contour in _stroke(line)]
        glyphs.append((round(float(width) * GRID) + PEN + 2 * BEARING, contours))
    return characters, glyphs


def _lines(text: str, shift: float) -> list[list[Point]]:
    """Read centre lines, in font units."""
    edge = BEARING + PEN / 2
    return [
        [((float(x) + shift) * GRID + edge, float(y) * GRID + PEN / 2) for x, y in (p.split(",") for p in line.split())]
        for line in text.split("/")
    ]


def _stroke(line: list[Point]) -> Iterator[Contour]:
    """Give a centre line its thickness: a bar for each segment and an octagon at each bend, all clockwise."""
    half = PEN / 2
    for (x1, y1), (x2, y2) in pairwise(line):
        length = math.hypot(x2 - x1, y2 - y1)
        dx, dy = (x2 - x1) / length * half, (y2 - y1) / length * half
        yield _rounded([(x1 - dy, y1 + dx), (x2 - dy, y2 + dx), (x2 + dy, y2 - dx), (x1 + dy, y1 - dx)])
    for x, y in line[1:-1] if line[0] != line[-1] else line:
        reach = half / math.cos(math.pi / 8)
        turns = [math.pi / 8 - k * math.pi / 4 for k in range(8)]
        yield _rounded([(x + reach * math.cos(turn), y + reach * math.sin(turn)) for turn in turns])


def _rounded(points: list[Point]) -> Contour:
    return [(round(x), round(y)) for x, y in points]


def _left(contours: list[Contour]) -> int:
    return min((x for contour in contours for x, _ in contour), default=0)


def _outline(contours: list[Contour]) -> bytes:
    """One entry of the ``glyf`` table; its strokes overlap, which the first flag says."""
    if not contours:
        return b""
    points = [point for contour in contours for point in contour]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    ends, total = [], -1
    for contour in contours:
        total += len(contour)
        ends.append(total)
    body = struct.pack(">hhhhh", len(contours), min(xs), min(ys), max(xs), max(ys))
    body += struct.pack(f">{len(ends)}HH", *ends, 0)
    body += bytes([0x41]) + bytes([0x01]) * (len(points) - 1)
    for values in (xs, ys):
        body += struct.pack(f">{len(values)}h", *(after - before for before, after in pairwise([0, *values])))
    return body + bytes(-len(body) % 4)


def _cmap(characters: dict[int, int]) -> bytes:
    """A format 4 table with a segment for each character."""
    codes = sorted(characters)
    count = len(codes) + 1
    power = 1 << (count.bit_length() - 1)
    ends = [*codes, 0xFFFF]
    deltas = [*((characters[code] - code) % 65_536 for code in codes), 1]
    arrays = struct.pack(f">{count}HH{count}H{count}H{count}H", *ends, 0, *ends, *deltas, *[0] * count)
    search = (count * 2, power * 2, power.bit_length() - 1, (count - power) * 2)
    table = struct.pack(">HHHHHHH", 4, 14 + len(arrays), 0, *search) + arrays
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + table


def _head() -> bytes:
    style = (0x10000, 0x10000, 0, 0x5F0F3CF5, 3, EM)
    return struct.pack(">IIIIHHqqhhhhHHhhh", *style, 0, 0, 0, -240, 800, 960, 0, 8, 2, 1, 0)


def _os2() -> bytes:
    start = struct.pack(">HhHHH11h", 4, 500, 700, 5, 0, *[0] * 10, 0)
    ranges = struct.pack(">10sIIII4sHHH", bytes(10), 3, 0, 0, 0, b"PORT", 0x40, 0x20, 0x203A)
    heights = struct.pack(">hhhHHII", 960, -240, 0, 960, 240, 1, 0)
    return start + ranges + heights + struct.pack(">hhHHH", 760, 760, 0, 0x20, 1)


def _name() -> bytes:
    texts = {1: "Quai", 2: "Regular", 3: "Quai 1.0", 4: "Quai", 5: "Version 1.0", 6: "Quai-Regular"}
    rows, stored = b"", b""
    for identifier, text in texts.items():
        coded = text.encode("utf-16-be")
        rows += struct.pack(">HHHHHH", 3, 1, 0x409, identifier, len(coded), len(stored))
        stored += coded
    return struct.pack(">HHH", 0, len(texts), 6 + len(rows)) + rows + stored


def _checksum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF


def _file(tables: dict[bytes, bytes]) -> bytes:
    """Put the tables together; the checksum of the whole goes into ``head`` last."""
    power = 1 << (len(tables).bit_length() - 1)
    directory = struct.pack(
        ">IHHHH", 0x10000, len(tables), power * 16, power.bit_length() - 1, (len(tables) - power) * 16
    )
    at = 12 + 16 * len(tables)
    body = b""
    head_at = 0
    for tag, table in sorted(tables.items()):
        head_at = at + len(body) if tag == b"head" else head_at
        directory += struct.pack(">4sIII", tag, _checksum(table), at + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    font = bytearray(directory + body)
    struct.pack_into(">I", font, head_at + 8, (0xB1B0AFBA - _checksum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)
