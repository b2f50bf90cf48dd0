"""Every address of the console: method, path below `/console`, handler, and who may."""

from collections.abc import Mapping
from typing import Final

from chatbot.domain.people import Action
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
    hours,
    inbox,
    join,
    live,
    new_call,
    notifications,
    now,
    overview,
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
from chatbot.web.console.navigation import HOME
from chatbot.web.route import Audience, Handler, Route


def _entrance(method: str, path: str, handler: Handler) -> Route:
    return Route(method, HOME + path, handler, Audience.ENTRANCE)


def _staff(method: str, path: str, handler: Handler, action: Action) -> Route:
    return Route(method, HOME + path, handler, Audience.STAFF, action)


def _own(method: str, path: str, handler: Handler) -> Route:
    return _staff(method, path, handler, Action.OWN_ACCOUNT)


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
    "correct": calls.correct,
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
    _staff("GET", "/overview", overview.show_overview, Action.SEE_OVERVIEW),
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
