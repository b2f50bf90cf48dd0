"""Joining by a link: the first admin, and whoever was invited."""

from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.domain.people import Person
from chatbot.services.errors import EmailTaken, LinkVoid
from chatbot.web import keys, parse
from chatbot.web.console.guard import SIGN_IN, see_other
from chatbot.web.console.page import page, why
from chatbot.web.console.sign_in import FIELDS, caller, check_rate, let_in


async def show_join(request: web.Request) -> web.Response:
    """GET /console/join/{token}: create the account that the link invites to."""
    try:
        invitation = await request.app[keys.PEOPLE].invitation(request.match_info["token"])
    except LinkVoid:
        return page(request, "void.html", 410)
    if invitation.person_id:
        return page(request, "renew.html", email=invitation.email)
    return page(request, "join.html", founding=invitation.founding, email=invitation.email)


async def join(request: web.Request) -> web.Response:
    """POST /console/join/{token}."""
    check_rate(request)
    token, people = request.match_info["token"], request.app[keys.PEOPLE]
    fields = await parse.form(request, FIELDS)
    name, email, passphrase = (fields.get(f, "") for f in ("name", "email", "passphrase"))
    try:
        invitation = await people.invitation(token)
        if invitation.person_id:
            return await _renew(request, token, invitation.email, passphrase)
        try:
            person = await people.join(token, name, email, passphrase)
        except Invalid as invalid:
            errors = why(request, invalid.fields)
        except EmailTaken:
            errors = why(request, {"email": "taken"})
        else:
            return await _welcome(request, person)
    except LinkVoid:
        return page(request, "void.html", 410)
    return page(
        request,
        "join.html",
        422,
        founding=invitation.founding,
        email=email,
        name=name,
        errors=errors,
    )


async def _renew(request: web.Request, token: str, email: str, passphrase: str) -> web.Response:
    try:
        await request.app[keys.PEOPLE].choose_passphrase(token, passphrase)
    except Invalid as invalid:
        return page(request, "renew.html", 422, email=email, errors=why(request, invalid.fields))
    return see_other(f"{SIGN_IN}?done=renewed")


async def _welcome(request: web.Request, person: Person) -> web.Response:
    known = caller(request)
    signed_in = await request.app[keys.SIGN_IN].start(person, known)
    return let_in(request, signed_in, known, "/console/account?done=joined")
