"""QR codes as the path of an SVG: a page draws them without a script, an image file or an inline style."""

from typing import NamedTuple

# The white margin that scanners need, in modules (ISO/IEC 18004).
MARGIN = 4


class QrCode(NamedTuple):
    """A square of `size` modules with its margin, and the path that fills the dark ones."""

    size: int
    path: str


def qr_of(text: str) -> QrCode:
    """The QR code of a text, good to scan from paper (error correction M)."""
    import segno  # noqa: PLC0415 only cards and posters need it

    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    runs = [
        f"M{start + MARGIN} {y + MARGIN}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _dark_runs(row)
    ]
    return QrCode(len(rows) + 2 * MARGIN, "".join(runs))


def _dark_runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark modules begin, and how many follow each other."""
    runs: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs
