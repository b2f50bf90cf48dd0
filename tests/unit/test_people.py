"""Who may do what."""

import pytest

from chatbot.domain.errors import Invalid
from chatbot.domain.people import Action, Person, Role, clean_email, clean_name, may


def test_a_role_has_every_action_of_the_roles_before_it() -> None:
    for lower, higher in ((Role.STAFF, Role.SUPERVISOR), (Role.SUPERVISOR, Role.ADMIN)):
        assert all(may(higher, action) for action in Action if may(lower, action))
        assert any(may(higher, action) and not may(lower, action) for action in Action)


def test_an_admin_may_do_everything() -> None:
    assert all(may(Role.ADMIN, action) for action in Action)


@pytest.mark.parametrize(
    ("action", "lowest"),
    [
        (Action.ANSWER_CHATS, Role.STAFF),
        (Action.WRITE_SAFEGUARDING, Role.STAFF),
        (Action.READ_SAFEGUARDING, Role.SUPERVISOR),
        (Action.SEARCH_TEXT, Role.SUPERVISOR),
        (Action.EDIT_FAQ, Role.ADMIN),
        (Action.PRINT_CALLBACKS, Role.ADMIN),
        (Action.READ_AUDIT, Role.ADMIN),
    ],
)
def test_what_is_delicate_needs_its_role(action: Action, lowest: Role) -> None:
    order = list(Role)
    allowed = [role for role in order if may(role, action)]
    assert allowed == order[order.index(lowest) :]


def test_who_is_disabled_may_do_nothing() -> None:
    gone = Person("1", "a@example.org", "Amina", Role.ADMIN, disabled=True)
    assert not any(gone.may(action) for action in Action)


@pytest.mark.parametrize(
    ("text", "email"),
    [(" Amina@Example.ORG ", "amina@example.org"), ("a.b+c@x.co.uk", "a.b+c@x.co.uk")],
)
def test_an_email_address_is_kept_in_one_form(text: str, email: str) -> None:
    assert clean_email(text) == email


@pytest.mark.parametrize("text", ["", "amina", "a@b", "a b@c.org", "a@c.org, b@c.org", "<a@b.org>"])
def test_what_is_no_email_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_email(text)
    assert refused.value.fields == {"email": "not_an_email" if text else "empty"}


def test_a_name_is_one_short_line() -> None:
    assert clean_name(" Amina \n K. ") == "Amina K."
    for text, why in (("  ", "empty"), ("x" * 61, "too_long")):
        with pytest.raises(Invalid) as refused:
            clean_name(text)
        assert refused.value.fields == {"name": why}
