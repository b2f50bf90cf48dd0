"""CSV files that a spreadsheet opens as what they are: no cell is ever taken for a formula."""

import csv
from collections.abc import AsyncIterable, Iterable, Sequence
from io import StringIO
from typing import Final, TypeAlias

from aiohttp import hdrs, web

Cell: TypeAlias = str | int
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet would begin to compute with."""
BOM: Final = "\ufeff"
"""Without it a spreadsheet takes other letters than English ones for rubbish."""


def written(rows: Iterable[Sequence[Cell]]) -> str:
    """Return rows as CSV (RFC 4180)."""
    text = StringIO()
    csv.writer(text).writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


async def download(
    request: web.Request,
    name: str,
    header: Sequence[str],
    parts: AsyncIterable[Iterable[Sequence[Cell]]],
) -> web.StreamResponse:
    """Answer with a file `name`, written part by part: no file is too long for the memory."""
    response = web.StreamResponse(
        headers={
            hdrs.CONTENT_TYPE: "text/csv; charset=utf-8",
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"',
        }
    )
    await response.prepare(request)
    await response.write((BOM + written([header])).encode())
    async for rows in parts:
        await response.write(written(rows).encode())
    await response.write_eof()
    return response
