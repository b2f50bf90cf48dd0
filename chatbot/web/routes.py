"""Every address of the service on one page: method, path, handler, and for whom it is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from aiohttp import web

from chatbot.domain.callback_form import Caller
from chatbot.domain.figures import By
from chatbot.domain.people import Action
from chatbot.web import (
    assets,
    callback_pages,
    callbacks,
    embedding,
    health,
    openapi,
    pages,
    parse,
    schema,
    socket,
    tool_schema,
    tools,
    visitor,
)
from chatbot.web.console import (
    account,
    audit,
    calendar,
    calls,
    chat,
    checks,
    editor,
    exchange,
    factors,
    faq,
    guard,
    hours,
    inbox,
    join,
    live,
    new_call,
    notifications,
    now,
    people,
    presence,
    promises,
    replies,
    reports,
    settings,
    sign_in,
    tokens,
    unanswered,
)
from chatbot.web.routing import V1, Audience, Handler, Route
from chatbot.web.routing import entrance as _entrance
from chatbot.web.routing import holder as _holder
from chatbot.web.routing import own as _own
from chatbot.web.routing import staff as _staff
from chatbot.web.routing import tool as _tool
from chatbot.web.routing import visitor as _visitor

LANGUAGE: Final = "/{language:[A-Za-z-]+}"

WRITTEN: Final = {201: schema.Written, 200: schema.Written}
DONE: Final = {204: None}

API: Final = (
    Route(
        "POST",
        f"{V1}/conversations",
        visitor.start_conversation,
        body=parse.Start,
        answers={201: schema.Started},
    ),
    _visitor("POST", "/messages", visitor.post_message, body=parse.Message, answers=WRITTEN),
    _visitor(
        "GET",
        "/events",
        visitor.get_events,
        answers={200: schema.Events},
        query={
            "after": openapi.whole_number(0, parse.SEQ_LIMIT, 0),
            "wait": openapi.seconds(parse.LONGEST_WAIT),
        },
    ),
    _visitor("GET", "/live", socket.live, answers={101: None}),
    _visitor(
        "POST", "/person", visitor.ask_for_person, body=parse.Person, answers={202: schema.Empty}
    ),
    _visitor("DELETE", "/person", visitor.stop_waiting, answers=DONE),
    _visitor("POST", "/choice", visitor.choose, body=parse.Choice, answers=WRITTEN),
    _visitor("POST", "/rating", visitor.rate, body=parse.Rating, answers=DONE),
    _visitor("POST", "/stay", visitor.stay, answers=DONE),
    _visitor("POST", "/close", visitor.close, answers=DONE),
    _visitor("DELETE", "", visitor.leave, answers=DONE),
    Route(
        "GET",
        f"{V1}/faq",
        visitor.search_faq,
        query={
            "q": openapi.text(parse.QUERY_LIMIT),
            "limit": openapi.whole_number(1, visitor.SEARCH_MOST, visitor.SEARCH_LIMIT),
        },
        answers={200: schema.Found},
    ),
    Route("GET", f"{V1}/status", visitor.status, answers={200: schema.Status}),
    Route(
        "GET",
        f"{V1}/callback-slots",
        callbacks.get_slots,
        query={"caller": openapi.choice(Caller, Caller.CAUTIONED)},
        answers={200: schema.Slots},
    ),
    Route(
        "POST",
        f"{V1}/callbacks",
        callbacks.ask,
        body=parse.CallbackRequest,
        answers={201: schema.Receipt, 401: schema.ErrorAnswer, 409: schema.SlotTakenAnswer},
    ),
    _holder("GET", "", callbacks.get_status, answers={200: schema.CallbackStatus}),
    _holder("DELETE", "", callbacks.cancel, answers=DONE),
    _holder(
        "POST",
        "/slot",
        callbacks.move,
        body=parse.CallbackMove,
        answers={200: schema.CallbackStatus, 409: schema.SlotTakenAnswer},
    ),
    _tool(
        "/figures",
        tools.get_figures,
        query={"by": openapi.choice(By, By.MONTH), "at": openapi.day()},
        answers={200: tool_schema.FigureReport},
    ),
    _tool(
        "/audit",
        tools.get_audit,
        query={
            "before": openapi.whole_number(0, parse.SEQ_LIMIT, 0),
            "limit": openapi.whole_number(1, tools.LINES, tools.LINES),
        },
        answers={200: tool_schema.AuditPage},
    ),
    _tool("/faq", tools.get_faq, answers={200: tool_schema.FaqEntries}),
)

CHAT_FORMS: Final[Mapping[str, tuple[chat.Act, Action]]] = {
    "take-over": (chat.take_over, Action.ANSWER_CHATS),
    "reply": (chat.reply, Action.ANSWER_CHATS),
    "note": (chat.note, Action.ANSWER_CHATS),
    "transfer": (chat.transfer, Action.ANSWER_CHATS),
    "release": (chat.release, Action.ANSWER_CHATS),
    "hand-back": (chat.hand_back, Action.ANSWER_CHATS),
    "join": (chat.join, Action.JOIN_CHATS),
    "close": (chat.close, Action.ANSWER_CHATS),
    "reopen": (chat.reopen, Action.ANSWER_CHATS),
    "labels": (chat.label, Action.ANSWER_CHATS),
    "concern": (chat.add_concern, Action.WRITE_SAFEGUARDING),
    "block": (chat.block, Action.BLOCK_VISITORS),
    "draft": (chat.draft, Action.ANSWER_CHATS),
}
"""The forms of one conversation, by the last part of their address."""


CALL_FORMS: Final[Mapping[str, calls.Act]] = {
    "claim": calls.claim,
    "give": calls.give,
    "tried": calls.tried,
    "note": calls.note,
    "move": calls.move,
    "cancel": calls.cancel,
}
"""The forms of one callback request, by the last part of their address."""


def _call(name: str, work: calls.Act) -> Route:
    return _staff("POST", f"/callbacks/{{id}}/{name}", calls.act(work), Action.HANDLE_CALLBACKS)


def _chat(name: str, work: chat.Act, action: Action) -> Route:
    return _staff("POST", f"/chats/{{id}}/{name}", chat.act(work), action)


EDITOR_FORMS: Final[Mapping[str, Handler]] = {
    "draft": editor.kept(editor.keep),
    "try": editor.kept(editor.attempt),
    "review": editor.kept(editor.review),
    "publish": editor.publish,
    "plan": editor.plan,
    "unplan": editor.unplan,
    "archive": editor.archive,
    "discard": editor.discard,
    "restore": editor.restore,
}
"""The forms of one entry of the FAQ, by the last part of their address."""


def _entry(name: str, handler: Handler) -> Route:
    return _staff("POST", f"/faq/{{slug}}/{name}", handler, Action.EDIT_FAQ)


STAFF: Final = (
    _staff("GET", "", inbox.show_inbox, Action.SEE_CHATS),
    _staff("GET", "/lists", inbox.show_lists, Action.SEE_CHATS),
    _staff("POST", "/search", inbox.search, Action.SEE_CHATS),
    _staff("GET", "/live", live.live, Action.SEE_CHATS),
    _staff("GET", "/now", now.show_now, Action.SEE_FIGURES),
    _staff("POST", "/now/assign", now.assign, Action.REASSIGN_CHATS),
    _staff("GET", "/replies", replies.show_replies, Action.ANSWER_CHATS),
    _staff("POST", "/replies", replies.save_reply, Action.ANSWER_CHATS),
    _staff("POST", "/replies/drop", replies.drop_reply, Action.ANSWER_CHATS),
    _staff("POST", "/words", replies.find_words, Action.ANSWER_CHATS),
    _staff("GET", "/chats/{id}", chat.show_chat, Action.SEE_CHATS),
    _staff("GET", "/chats/{id}/head", chat.show_head, Action.SEE_CHATS),
    *(_chat(name, work, action) for name, (work, action) in CHAT_FORMS.items()),
    _staff("GET", "/callbacks", calls.show_queue, Action.SEE_CALLBACKS),
    _staff("GET", "/callbacks/ended", calls.show_ended, Action.SEE_CALLBACKS),
    _staff("GET", "/callbacks/new", new_call.show_new, Action.HANDLE_CALLBACKS),
    _staff("POST", "/callbacks/new", new_call.add_call, Action.HANDLE_CALLBACKS),
    _staff("GET", "/callbacks/day", calendar.show_day, Action.PRINT_CALLBACKS),
    _staff("POST", "/callbacks/feed", calendar.make_feed, Action.SEE_CALLBACKS),
    _staff("POST", "/callbacks/feed/drop", calendar.drop_feed, Action.SEE_CALLBACKS),
    _staff("GET", "/callbacks/{id}", calls.show_call, Action.SEE_CALLBACKS),
    *(_call(name, work) for name, work in CALL_FORMS.items()),
    _staff("POST", "/callbacks/{id}/erase", calls.erase, Action.ERASE_CALLBACKS),
    _entrance("GET", "/sign-in", sign_in.show_sign_in),
    _entrance("POST", "/sign-in", sign_in.sign_in),
    _entrance("GET", "/sign-in/code", sign_in.show_code),
    _entrance("POST", "/sign-in/code", sign_in.give_code),
    _entrance("POST", "/sign-in/passkey/options", sign_in.begin_passkey),
    _entrance("POST", "/sign-in/passkey", sign_in.use_passkey),
    _entrance("GET", "/join/{token}", join.show_join),
    _entrance("POST", "/join/{token}", join.join),
    _own("POST", "/sign-out", sign_in.sign_out),
    _own("GET", "/account", account.show_account),
    _own("POST", "/account/name", account.set_name),
    _own("POST", "/account/passphrase", account.set_passphrase),
    _own("GET", "/account/confirm", account.show_confirm),
    _own("POST", "/account/confirm", account.confirm),
    _own("POST", "/account/sessions/end-others", account.end_other_sessions),
    _own("POST", "/account/sessions/{id}/end", account.end_session),
    _own("GET", "/account/second-factor", factors.show_app),
    _own("POST", "/account/second-factor", factors.set_app_up),
    _own("POST", "/account/second-factor/remove", factors.remove_app),
    _own("POST", "/account/recovery-codes", factors.renew_codes),
    _own("GET", "/account/passkeys", factors.show_passkey),
    _own("POST", "/account/passkeys", factors.add_passkey),
    _own("POST", "/account/passkeys/options", factors.begin_passkey),
    _own("POST", "/account/passkeys/{id}/remove", factors.remove_passkey),
    _staff("GET", "/people", people.show_people, Action.MANAGE_PEOPLE),
    _staff("POST", "/people/invite", people.invite, Action.MANAGE_PEOPLE),
    _staff("POST", "/people/invitations/{id}/withdraw", people.withdraw, Action.MANAGE_PEOPLE),
    _staff("POST", "/people/{id}/role", people.set_role, Action.MANAGE_PEOPLE),
    _staff("POST", "/people/{id}/disable", people.disable, Action.MANAGE_PEOPLE),
    _staff("POST", "/people/{id}/enable", people.enable, Action.MANAGE_PEOPLE),
    _staff("POST", "/people/{id}/passphrase", people.offer_passphrase, Action.MANAGE_PEOPLE),
    _staff("POST", "/people/{id}/reset", people.reset_second_factor, Action.MANAGE_PEOPLE),
    _staff("GET", "/notifications", notifications.show_notifications, Action.SEE_CHATS),
    _staff("POST", "/notifications", notifications.save_preferences, Action.SEE_CHATS),
    _staff("POST", "/notifications/devices", notifications.add_device, Action.SEE_CHATS),
    _staff(
        "POST", "/notifications/devices/{id}/remove", notifications.remove_device, Action.SEE_CHATS
    ),
    _staff("GET", "/settings", settings.show_settings, Action.EDIT_SETTINGS),
    _staff("POST", "/settings/{name}", settings.save_setting, Action.EDIT_SETTINGS),
    _staff("POST", "/settings/{name}/checked", settings.check_setting, Action.EDIT_SETTINGS),
    _staff("POST", "/settings/undo/{id}", settings.undo_setting, Action.EDIT_SETTINGS),
    _staff("GET", "/reports", reports.show_reports, Action.SEE_FIGURES),
    _staff("GET", "/reports.csv", reports.export_reports, Action.SEE_FIGURES),
    _staff("GET", "/tokens", tokens.show_tokens, Action.MANAGE_TOKENS),
    _staff("POST", "/tokens", tokens.make_token, Action.MANAGE_TOKENS),
    _staff("POST", "/tokens/{id}/revoke", tokens.revoke_token, Action.MANAGE_TOKENS),
    _staff("GET", "/audit", audit.show_audit, Action.READ_AUDIT),
    _staff("GET", "/audit.csv", audit.export_audit, Action.READ_AUDIT),
    _staff("GET", "/faq", faq.show_faq, Action.SEE_FAQ),
    _staff("GET", "/faq-new", faq.show_new, Action.EDIT_FAQ),
    _staff("POST", "/faq-new", faq.begin, Action.EDIT_FAQ),
    _staff("POST", "/faq/phrasings", unanswered.suggest, Action.SUGGEST_PHRASINGS),
    _staff("GET", "/unanswered", unanswered.show_unanswered, Action.EDIT_FAQ),
    _staff("POST", "/unanswered", unanswered.mend, Action.EDIT_FAQ),
    _staff("GET", "/faq-import", exchange.show_import, Action.EDIT_FAQ),
    _staff("POST", "/faq-import", exchange.look_through, Action.EDIT_FAQ),
    _staff("GET", "/faq-import/{id}", exchange.show_plan, Action.EDIT_FAQ),
    _staff("POST", "/faq-import/{id}", exchange.carry_out, Action.EDIT_FAQ),
    _staff("GET", "/faq-export/{kind}", exchange.export, Action.EDIT_FAQ),
    _staff("GET", "/promises", promises.show_promises, Action.SEE_FAQ),
    _staff("POST", "/promises", promises.add, Action.EDIT_PROMISES),
    _staff("GET", "/promises/{notice}", promises.show_notice, Action.SEE_CHATS),
    _staff("GET", "/faq-checks", checks.show_checks, Action.EDIT_FAQ),
    _staff("POST", "/faq-checks", checks.add, Action.EDIT_FAQ),
    _staff("POST", "/faq-checks/{id}/remove", checks.remove, Action.EDIT_FAQ),
    _staff("GET", "/faq/{slug}", editor.show_entry, Action.SEE_FAQ),
    _staff("GET", "/faq/{slug}/history", editor.show_history, Action.SEE_FAQ),
    _staff("GET", "/faq/{slug}/review", editor.show_review, Action.EDIT_FAQ),
    *(_entry(name, handler) for name, handler in EDITOR_FORMS.items()),
    _staff("POST", "/availability", presence.set_availability, Action.ANSWER_CHATS),
    _staff("GET", "/hours", hours.show_hours, Action.EDIT_SETTINGS),
    _staff("POST", "/hours", hours.save_week, Action.EDIT_SETTINGS),
    _staff("POST", "/hours/closures", hours.add_closure, Action.EDIT_SETTINGS),
    _staff("POST", "/hours/closures/{id}/remove", hours.remove_closure, Action.EDIT_SETTINGS),
)

PAGES: Final = (
    Route("GET", "/", pages.show_home),
    Route("GET", "/faq", pages.show_faq),
    Route("GET", "/faq/{slug}", pages.show_entry),
    Route("GET", "/ask", pages.show_ask),
    Route("POST", "/ask", pages.ask),
    Route("GET", "/callback", callback_pages.show_callback),
    Route("POST", "/callback", callback_pages.ask),
    Route("GET", "/callback/change", callback_pages.show_change),
    Route("POST", "/callback/change", callback_pages.change),
    Route("GET", "/staying-safe", pages.show_staying_safe),
    Route("GET", "/privacy", pages.show_privacy),
    Route("GET", "/accessibility", pages.show_accessibility),
)
"""In the language that the browser asks for; below `/{language}` each of them in that one."""

ROUTES: Final = (
    *API,
    *STAFF,
    Route("GET", f"{V1}/openapi.json", openapi.document),
    Route("GET", "/healthz", health.healthz),
    Route("GET", "/readyz", health.readyz),
    *(Route("GET", f"/widget/{name}", assets.launcher) for name in assets.LAUNCHER),
    Route("GET", "/widget/frame", assets.frame),
    Route("GET", "/widget/later", assets.later_texts),
    Route("GET", "/widget/{version}/{path:.+}", assets.widget_file),
    Route("GET", "/static/{path:.+}", assets.static_file),
    Route("GET", "/calendar/{token}.ics", calendar.show_feed),
    Route("GET", "/embed", embedding.show_embedding),
    Route("GET", "/embed/preview", embedding.show_preview),
    Route("GET", "/faq.jsonld", pages.show_json_ld),
    *PAGES,
    Route("GET", LANGUAGE, pages.lead_home),
    *(replace(page, path=LANGUAGE + page.path) for page in PAGES),
)


def add_routes(app: web.Application) -> None:
    """Register every route."""
    for route in ROUTES:
        app.router.add_route(route.method, route.path, _guarded(route))
        if route.method == "GET" and route.audience is Audience.PUBLIC and route not in API:
            # Who looks whether a page is still there gets its head; aiohttp leaves the body out.
            app.router.add_route("HEAD", route.path, route.handler)


def _guarded(route: Route) -> Handler:
    if route.audience is Audience.STAFF:
        if route.action is None:
            raise ValueError(f"{route.path} names no action")
        return guard.guarded(route.action, route.handler)
    return guard.entrance(route.handler) if route.audience is Audience.ENTRANCE else route.handler
