"""Which report a request asks for: the console and tools ask in the same words."""

from datetime import date

from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.domain.figures import By
from chatbot.services.figures import Report
from chatbot.web import keys


async def asked_for(request: web.Request) -> Report:
    """Return the report of `by` and `at`: the months of this year, unless they say otherwise.

    Raises:
        Invalid: there is no such report.
    """
    given = request.query.get("by") or By.MONTH.value
    if given not in set(By):
        raise Invalid(by="unknown")
    at = request.query.get("at")
    try:
        day = date.fromisoformat(at) if at else None
    except ValueError as error:
        raise Invalid(at="malformed") from error
    return await request.app[keys.FIGURES].report(By(given), day)
