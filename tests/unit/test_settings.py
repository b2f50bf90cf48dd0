"""Settings: which source wins, what is refused and in which words, and the master key's birth."""

import stat
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from threading import Barrier

import pytest

from chatbot import credentials
from chatbot.credentials import mail_password, master_key, webhook_secret
from chatbot.settings import (
    MAIL_PASSWORD,
    MASTER_KEY,
    WEBHOOK_SECRET,
    Contacts,
    Limits,
    Settings,
    SettingsError,
    load,
)

KEY = bytes(range(32))
WRITTEN = urlsafe_b64encode(KEY).decode()


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    return tmp_path / "chatbot.toml"


def refusal(file: Path | None = None, **environment: str) -> str:
    """Return the sentence that the start stops with."""
    with pytest.raises(SettingsError) as refused:
        load(file, {f"CHATBOT_{name.upper()}": value for name, value in environment.items()}, {})
    return str(refused.value)


def test_without_a_file_everything_has_its_default() -> None:
    assert load(None, {}, {}) == Settings()


def test_an_empty_file_changes_nothing(file: Path) -> None:
    file.write_text("")
    assert load(file, {}, {}) == Settings()


def test_a_file_sets_values_and_tables(file: Path) -> None:
    file.write_text(
        'port = 9000\nallowed_sites = ["https://example.org"]\nidle_minutes = 5\n'
        '[contacts]\nphone = "01234 567890"\n[limits]\nmessages_burst = 3\n'
    )
    loaded = load(file, {}, {})
    assert (loaded.port, loaded.idle_minutes) == (9000, 5.0)
    assert loaded.allowed_sites == ("https://example.org",)
    assert loaded.contacts == Contacts(phone="01234 567890")
    assert loaded.limits == Limits(messages_burst=3)


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(file: Path) -> None:
    file.write_text('port = 1\nhost = "a"\nbroker = "redis://file"\n')
    loaded = load(file, {"CHATBOT_PORT": "2", "CHATBOT_HOST": "b"}, {"port": 3, "host": None})
    assert (loaded.port, loaded.host, loaded.broker) == (3, "b", "redis://file")


def test_a_list_in_the_environment_is_separated_by_commas_or_spaces() -> None:
    sites = "https://a.example, https://b.example https://c.example"
    loaded = load(None, {"CHATBOT_ALLOWED_SITES": sites, "CHATBOT_TRUSTED_PROXIES": ""}, {})
    assert loaded.allowed_sites == (
        "https://a.example",
        "https://b.example",
        "https://c.example",
    )
    assert loaded.trusted_proxies == ()


def test_a_star_stands_for_the_names_below_a_domain() -> None:
    sites = "https://*.example.org http://localhost:8081"
    loaded = load(None, {"CHATBOT_ALLOWED_SITES": sites}, {})
    assert loaded.allowed_sites == ("https://*.example.org", "http://localhost:8081")


def test_other_variables_are_left_alone() -> None:
    assert load(None, {"PORT": "1", MASTER_KEY: "x"}, {}) == Settings()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("prot = 1", "unknown setting: prot"),
        ("b = 1\na = 1", "unknown setting: a, b"),
        ("[limits]\nmessages = 1", "unknown setting in [limits]: messages"),
        ("[contacts]\nfax = '1'", "unknown setting in [contacts]: fax"),
        ("[limit]\nmessages_burst = 1", "unknown setting: limit"),
    ],
)
def test_a_setting_that_does_not_exist_is_named(file: Path, text: str, named: str) -> None:
    file.write_text(text)
    assert refusal(file) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('port = "many"', "port"),
        ("port = 70000", "port must be 0 to 65535, not 70000"),
        ("port = -1", "port must be 0 to 65535, not -1"),
        ('loop = "gevent"', "loop must be uvloop or asyncio, not 'gevent'"),
        ('wrong_answers = "few"', 'wrong_answers must be words such as "at most 5 in 100", not'),
        ('wrong_answers = "at most 0 in 100"', "wrong_answers must be words"),
        ('wrong_answers = "at most 7 in 5"', "wrong_answers must be words"),
        ('wrong_answers = "at most 7 in 0"', "wrong_answers must be words"),
        ('opening_hours = "9 to 5"', 'opening_hours must be words such as "mon-fri 09:00-17:00,'),
        ('exit_url = "http://example.org"', "exit_url must start with https://"),
        ('exit_url = "javascript:alert(1)"', "exit_url must start with https://"),
        ('webhook = "http://example.org/hook"', "webhook must start with https://"),
        ('address = "chat.example.org"', "address must start with https://"),
        ('mail_server = "mail.example.org"', "mail_server must be like smtp://"),
        ('mail_server = "smtp://localhost"', "mail_from must be the address"),
        (
            'mail_server = "smtp://me:secret@localhost"\nmail_from = "a@b.example"',
            "the password of mail_server belongs in CHATBOT_MAIL_PASSWORD",
        ),
        ('allowed_sites = ["https://example.org/page"]', "not 'https://example.org/page'"),
        ('allowed_sites = ["example.org"]', "not 'example.org'"),
        ('allowed_sites = ["*"]', "not '*'"),
        ('allowed_sites = ["https://*"]', "not 'https://*'"),
        ('allowed_sites = ["https://*.org"]', "not 'https://*.org'"),
        ('allowed_sites = ["https://www.*.org"]', "not 'https://www.*.org'"),
        ('allowed_sites = ["https://a.example; script-src *"]', "not 'https://a.example; script"),
        ('allowed_sites = "https://example.org"', "allowed_sites"),
        ('languages = ["en", "tlh"]', "ar-XB, en, pl"),
        ('languages = ["en", "en"]', "once"),
        ("languages = []", "at least one"),
        ('idle_minutes = "soon"', "idle_minutes"),
        ("limits = 3", "limits"),
        ("contacts = []", "contacts"),
        ("[limits]\nmessages_burst = 1.5", "messages_burst"),
        ("[contacts]\nphone = 999", "phone"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(file: Path, text: str, named: str) -> None:
    file.write_text(text)
    assert named in refusal(file)


@pytest.mark.parametrize(
    "text",
    [
        "idle_minutes = 0",
        "idle_minutes = nan",
        "idle_grace_minutes = -1",
        "wait_minutes = -0.5",
        "answer_again_seconds = inf",
        "[limits]\nmessages_per_second = 0",
        "[limits]\nmessages_burst = 0",
        "[limits]\nsockets_per_address = -1",
        "[limits]\nrequests_per_second = nan",
    ],
)
def test_a_time_or_limit_that_would_stop_everybody_is_refused(file: Path, text: str) -> None:
    file.write_text(text)
    name = text.splitlines()[-1].split(" ")[0]
    assert f"{name} must be" in refusal(file)


def test_a_variable_of_ours_that_does_not_exist_is_named() -> None:
    with pytest.raises(SettingsError, match="in the environment: CHATBOT_PROT"):
        load(None, {"CHATBOT_PROT": "1", "CHATBOT_TEST_REDIS": "redis://x"}, {})


@pytest.mark.parametrize(
    ("words", "share"),
    [("at most 5 in 100", 0.05), ("At most 1 out of 20 ", 0.05), ("at most 3 of 10", 0.3)],
)
def test_how_many_answers_may_be_wrong_is_said_in_words(words: str, share: float) -> None:
    assert Settings(wrong_answers=words).wrong_share == share


def test_a_wrong_value_in_the_environment_is_named() -> None:
    assert "port" in refusal(port="many")


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe", b"port 9000"])
def test_a_file_that_is_no_toml_is_named(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert refusal(file).startswith(f"cannot read {file}: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.toml").startswith(f"cannot read {tmp_path / 'no.toml'}: ")


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        (Settings(), "data"),
        (Settings(database="sqlite:////var/lib/cara/chat.db"), "/var/lib/cara"),
        (Settings(database="postgresql://localhost/cara"), "data"),
        (Settings(data="/srv/cara", database="sqlite:////var/lib/cara/chat.db"), "/srv/cara"),
    ],
)
def test_the_data_folder_is_beside_the_database_unless_it_is_named(
    given: Settings, folder: str
) -> None:
    assert given.data_folder == Path(folder)


def test_every_contact_can_be_referred_to_and_an_unset_one_cannot() -> None:
    known = Settings(contacts=Contacts(pippa="")).placeholders
    assert {f.name for f in fields(Contacts)} - known.keys() == {"pippa"}
    assert known["exit_site"] == "BBC Weather"


def test_a_master_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    first = master_key(folder, {})
    assert len(first) == 32
    assert master_key(folder, {}) == first
    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["master.key"]


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert master_key(tmp_path / "a", {}) != master_key(tmp_path / "b", {})


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o610])
def test_a_master_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    master_key(tmp_path, {})
    (tmp_path / "master.key").chmod(mode)
    with pytest.raises(SettingsError, match="can be read by others: run chmod 600"):
        master_key(tmp_path, {})


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"send_mail": "yes"}, "send_mail must be on or off, not 'yes'"),
        ({"mail_staff": "admins"}, "mail_staff must be everybody or present or nobody"),
        ({"mail_to": ("team",)}, "mail_to takes e-mail addresses"),
        ({"quiet_hours": "at night"}, "quiet_hours must be words such as"),
    ],
)
def test_what_cannot_be_said_of_notifications_stops_the_start(
    values: dict[str, object], why: str
) -> None:
    with pytest.raises(SettingsError, match=why):
        load(None, {}, values)


def test_a_webhook_secret_is_made_once_and_the_environment_comes_first(tmp_path: Path) -> None:
    made = webhook_secret(tmp_path, {})
    assert webhook_secret(tmp_path, {}) == made
    assert stat.S_IMODE((tmp_path / "webhook.secret").stat().st_mode) == 0o600
    assert webhook_secret(tmp_path, {WEBHOOK_SECRET: "ours"}) == b"ours"


def test_a_mail_password_is_none_or_where_nobody_else_reads_it(tmp_path: Path) -> None:
    assert mail_password(tmp_path, {}) == ""
    assert mail_password(tmp_path, {MAIL_PASSWORD: "ours"}) == "ours"
    (tmp_path / "mail.password").write_text("kept\n")
    (tmp_path / "mail.password").chmod(0o644)
    with pytest.raises(SettingsError, match="can be read by others"):
        mail_password(tmp_path, {})
    (tmp_path / "mail.password").chmod(0o600)
    assert mail_password(tmp_path, {}) == "kept"


def test_a_master_key_of_the_environment_leaves_no_file(tmp_path: Path) -> None:
    assert master_key(tmp_path / "data", {MASTER_KEY: WRITTEN}) == KEY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["x", WRITTEN[:-4], WRITTEN + "AAAA", "é" * 44, " \n", "*" * 44])
def test_a_master_key_of_a_wrong_form_is_refused_and_not_quoted(value: str) -> None:
    with pytest.raises(SettingsError, match="it needs 32 bytes in URL-safe base64") as refused:
        master_key(Path("unused"), {MASTER_KEY: value})
    assert value.strip() == "" or value not in str(refused.value).removeprefix(MASTER_KEY)


@pytest.mark.parametrize("content", [b"", b"short\n", "schlüssel".encode(), b"\xff" * 44])
def test_a_broken_key_file_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=str(path)):
        master_key(tmp_path, {})
    assert path.read_bytes() == content


def test_processes_that_start_at_once_agree_on_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them have seen that there is no key before any of them writes one."""
    starts = 8
    together, make_key = Barrier(starts), credentials._make_key  # noqa: SLF001 - the race is in it

    def make_key_together(path: Path) -> None:
        together.wait(timeout=10)
        make_key(path)

    monkeypatch.setattr(credentials, "_make_key", make_key_together)
    with ThreadPoolExecutor(starts) as pool:
        keys = list(pool.map(lambda _: master_key(tmp_path, {}), range(starts)))
    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["master.key"]


def test_a_key_half_written_by_a_start_that_was_killed_is_no_key(tmp_path: Path) -> None:
    (tmp_path / ".master.key.0123abcd").write_bytes(b"half")
    assert len(master_key(tmp_path, {})) == 32


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(SettingsError, match=f"^cannot use {tmp_path}/data/master.key: "):
        master_key(tmp_path / "data", {})
