"""What a database refuses or cannot do; no driver's error leaves the store.

A sentence never quotes a value that was stored: at most names, numbers and an engine's own code.
"""

from typing import ClassVar


class StoreError(Exception):
    """The base of all; `code` is for programs, `data` for whoever handles it."""

    code: ClassVar[str] = "store"
    sentence: ClassVar[str] = "the database refused a statement that should have worked ({reason})"

    def __init__(self, **data: object) -> None:
        super().__init__(self.sentence.format_map(_Said(data)))
        self.data = data


class _Said(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return f"no {key} given"


class Stale(StoreError):
    """A guarded statement did not change as many rows as it must: load and decide again."""

    code = "stale"
    sentence = "somebody else wrote first"


class Duplicate(StoreError):
    """A row with the same unique key is there already."""

    code = "duplicate"
    sentence = "it is there already"


class Missing(StoreError):
    """What was asked for is not there."""

    code = "missing"
    sentence = "there is no such row"


class Rejected(StoreError):
    """The schema or the engine does not allow these values."""

    sentence = "the database does not allow these values ({reason})"


class Unavailable(StoreError):
    """Not now: busy, locked, overloaded or out of reach.

    Whether a write that fails so was done is not known; repeat it only where that does no harm.
    """

    code = "unavailable"
    sentence = "the database is busy or cannot be reached ({reason})"


class Full(StoreError):
    """The disk is full. Nothing of the batch was kept; writing goes on once there is space."""

    code = "full"
    sentence = "there is no space left for the database"


class ReadOnly(StoreError):
    """This database was opened for reading."""

    sentence = "the database was opened for reading only"


class Unreadable(StoreError):
    """What is stored cannot be decrypted: altered, moved, or its key is gone."""

    code = "unreadable"
    sentence = "{place} cannot be decrypted"


class WrongMasterKey(StoreError):
    """The installation was encrypted under another master key."""

    sentence = (
        "the master key does not belong to this database;"
        " put back the key that the database was made with"
    )


class CannotOpen(StoreError):
    """There is no usable database at the URL."""

    sentence = "cannot open the database {database}: {reason}"


class BadBackup(StoreError):
    """The file is no backup that this software could restore."""

    sentence = "{file} cannot be used as a backup: {reason}"


class MissingTool(StoreError):
    """A program of PostgreSQL is not on this machine."""

    sentence = (
        "{tool} is not here: install PostgreSQL's client programs, of the server's version or later"
    )


class ToolFailed(StoreError):
    """A program of PostgreSQL did not do what it was asked for; its last line says why."""

    sentence = "{tool} failed: {reason}"


class NotEmpty(StoreError):
    """Something is there already that is not to be written over."""

    sentence = "there is something in {database} already"


class MoveFailed(StoreError):
    """What has arrived in another database is not what was sent; nothing of it was kept."""

    sentence = "nothing was moved: {reason}"


class BadUrl(StoreError):
    """The URL names no database that this software knows; it is not quoted, for its password."""

    sentence = (
        "the database URL is wrong: {reason}; write sqlite:///relative/path.db,"
        " sqlite:////absolute/path.db or postgresql://user:password@host/name"
    )


class AlreadyRunning(StoreError):
    """Another process has the SQLite file; two writers can corrupt it."""

    sentence = (
        "another process ({owner}) uses {database}: stop it first,"
        " or move to PostgreSQL to run several processes"
    )


class SchemaError(StoreError):
    """The schema of the database, or the files that make it, cannot be used."""

    sentence = "the database schema cannot be used: {reason}"


class SchemaTooNew(SchemaError):
    """Newer software has changed the database so that this one would damage it."""

    sentence = (
        "the database was upgraded by newer software: it needs schema {needed} or later,"
        " this version knows {known}; install the newer version again"
    )


class SchemaTooOld(SchemaError):
    """It was opened for reading before this version has upgraded it."""

    sentence = (
        "the database has schema {found}, this version needs {needed}: start the service once,"
        " it upgrades the database"
    )


class SchemaChanged(SchemaError):
    """A migration that was applied is not the one in the files any more."""

    sentence = (
        "migration {name} was changed after it was applied to this database;"
        " put the file back, and make changes in a new migration"
    )


class SchemaGap(SchemaError):
    """Migrations must be numbered 1, 2, 3 and so on, in the files and in the database."""

    sentence = "migration {version} is missing from {place}"


class MigrationFailed(SchemaError):
    """A migration did not work; nothing of it was kept."""

    sentence = "migration {name} failed and was undone: {reason}"
