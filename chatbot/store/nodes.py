"""Which other processes have the database open at this moment, as far as its server tells."""

from chatbot.store.database import Database
from chatbot.store.query import sql

OTHERS = sql(
    "select 0 as n",
    postgres="""
        select count(distinct application_name) as n from pg_stat_activity
        where datname = current_database() and application_name like 'cara-chat %'
            and application_name <> current_setting('application_name')
    """,
)


async def others(database: Database) -> int:
    """Return how many other processes of this software are connected; SQLite lets none in."""
    [row] = await database.fetch(OTHERS)
    return int(row["n"])
