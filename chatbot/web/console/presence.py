"""On, away or off: what a person says of themselves, in the bar of every page."""

from typing import Final

from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.domain.people import Availability
from chatbot.web import keys, parse
from chatbot.web.console.guard import see_other
from chatbot.web.console.sign_in import own_page

FIELDS: Final = 4


async def set_availability(request: web.Request) -> web.Response:
    """POST /console/availability: what is not sent stays as it is; leads back to the page."""
    fields = await parse.form(request, FIELDS)
    me = request[keys.PERSON]
    try:
        availability = Availability(fields.get("availability", me.availability))
    except ValueError as error:
        raise Invalid(availability="unknown") from error
    capacity = me.capacity
    if "capacity" in fields:
        capacity = parse.whole(fields["capacity"], "capacity")
    await request.app[keys.AVAILABILITY].say(me.id, availability, capacity)
    return see_other(own_page(fields.get("back", "")))
