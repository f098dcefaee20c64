"""Ways a file goes wrong between a city's system and us: seeded, one change a time."""

from __future__ import annotations

import random
from collections.abc import Callable

Mutation = Callable[[bytes, str, random.Random], bytes]


def flip_byte(data: bytes, encoding: str, rng: random.Random) -> bytes:
    """Change one bit."""
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def change_digit(data: bytes, encoding: str, rng: random.Random) -> bytes:
    """Change one digit: the hardest to see."""
    digits = [i for i, b in enumerate(data) if 0x30 <= b <= 0x39]
    at = rng.choice(digits)
    return data[:at] + bytes([0x30 + (data[at] - 0x30 + rng.randrange(1, 10)) % 10]) + data[at + 1 :]


def cut_off(data: bytes, encoding: str, rng: random.Random) -> bytes:
    """Lose the end of the file."""
    return data[: rng.randrange(len(data))]


def lose_piece(data: bytes, encoding: str, rng: random.Random) -> bytes:
    """Lose a piece in the middle."""
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randrange(1, 40) :]


def _lines(data: bytes, encoding: str) -> tuple[list[str], str]:
    text = data.decode(encoding)
    newline = "\r\n" if "\r\n" in text else "\n"
    return text.split(newline), newline


def _joined(lines: list[str], newline: str, encoding: str) -> bytes:
    return newline.join(lines).encode(encoding)


def swap_columns(data: bytes, encoding: str, rng: random.Random) -> bytes:
    """Swap two columns below the header, which stays."""
    lines, newline = _lines(data, encoding)
    wide = max(range(len(lines)), key=lambda i: lines[i].count(","))
    width = lines[wide].count(",") + 1
    if width < 2 or any('"' in line for line in lines):
        return flip_byte(data, encoding, rng)
    first, second = rng.sample(range(width), 2)
    out = lines[: wide + 1] if lines[wide].count(",") == width - 1 else lines
    for line in lines[len(out) :]:
        cells = line.split(",")
        if len(cells) == width:
            cells[first], cells[second] = cells[second], cells[first]
        out.append(",".join(cells))
    return _joined(out, newline, encoding)


def swap_headers(data: bytes, encoding: str, rng: random.Random) -> bytes:
    """Swap two headers over columns that stay."""
    lines, newline = _lines(data, encoding)
    at = max(range(min(4, len(lines))), key=lambda i: lines[i].count(","))
    cells = lines[at].split(",")
    if len(cells) < 2:
        return flip_byte(data, encoding, rng)
    first, second = rng.sample(range(len(cells)), 2)
    cells[first], cells[second] = cells[second], cells[first]
    lines[at] = ",".join(cells)
    return _joined(lines, newline, encoding)


def shift_row(data: bytes, encoding: str, rng: random.Random) -> bytes:
    """Shift one row a cell to the left or to the right."""
    lines, newline = _lines(data, encoding)
    full = [i for i, line in enumerate(lines) if line.count(",") >= 2]
    at = rng.choice(full or [0])
    cells = lines[at].split(",")
    lines[at] = ",".join([*cells[1:], ""] if rng.random() < 0.5 else ["", *cells[:-1]])
    return _joined(lines, newline, encoding)


def repeat_row(data: bytes, encoding: str, rng: random.Random) -> bytes:
    """Repeat one row in the place of another."""
    lines, newline = _lines(data, encoding)
    full = [i for i, line in enumerate(lines) if line.strip()]
    lines[rng.choice(full)] = lines[rng.choice(full)]
    return _joined(lines, newline, encoding)


def lose_row(data: bytes, encoding: str, rng: random.Random) -> bytes:
    """Lose one row."""
    lines, newline = _lines(data, encoding)
    del lines[rng.randrange(len(lines))]
    return _joined(lines, newline, encoding)


def other_encoding(data: bytes, encoding: str, rng: random.Random) -> bytes:
    """Write the file, or all from a row on, in another encoding."""
    lines, newline = _lines(data, encoding)
    other = rng.choice(
        [e for e in ("utf-8", "cp932", "utf-16", "euc_jp") if e != encoding.removesuffix("-sig")]
    )
    start = rng.randrange(len(lines)) if rng.random() < 0.5 else 0
    head = newline.join([*lines[:start], ""]).encode(encoding) if start else b""
    return head + newline.join(lines[start:]).encode(other, errors="replace")


TEXT: tuple[Mutation, ...] = (
    flip_byte, change_digit, cut_off, lose_piece, swap_columns, swap_headers, shift_row, repeat_row, lose_row, other_encoding,
)  # fmt: skip
BINARY: tuple[Mutation, ...] = (flip_byte, cut_off, lose_piece)
