"""Times in words, as GOV.UK writes them, and the sentence that says whether somebody is there."""

from datetime import date
from typing import Final

from chatbot.domain.availability import Status
from chatbot.domain.hours import Week, local, runs
from chatbot.domain.slots import Slot
from chatbot.domain.texts import Texts
from chatbot.services.voice import Voice, Words

MIDDAY: Final = 12 * 60
MIDNIGHTS: Final = (0, 24 * 60)
MINUTE: Final = 60_000
WEEK_DAYS: Final = 7


class Telling:
    """Says facts in the words of one language's catalogue."""

    def __init__(self, texts: Texts, voice: Voice) -> None:
        self._voice = voice
        self.take(texts)

    def take(self, texts: Texts) -> None:
        """Say it in these words from now on."""
        self._t = texts
        self._twelve = texts("page.language").startswith("en")

    def clock(self, minute: int) -> str:
        """Return a minute of the day as `9am`, `9:30am`, `midday`; `9:00` where clocks have 24."""
        if minute in MIDNIGHTS:
            return self._t("hours.midnight")
        if minute == MIDDAY:
            return self._t("hours.midday")
        hour, past = divmod(minute, 60)
        shown = f"{hour}:{past:02}"
        if self._twelve:
            shown = f"{(hour - 1) % 12 + 1}" + (f":{past:02}" if past else "")
        return self._t("hours.am" if minute < MIDDAY else "hours.pm", time=shown)

    def day(self, number: int) -> str:
        """Return the name of a weekday; 0 is Monday."""
        return self._t(f"hours.day.{number}")

    def when(self, at: int, now: int) -> str:
        """Return an instant to come as it is said: `tomorrow at 9am`, `on Monday at 9am`."""
        then = local(at)
        away = (then.date() - local(now).date()).days
        values = {
            "time": self.clock(then.hour * 60 + then.minute),
            "on": self._t(f"hours.on.{then.weekday()}"),
            "day": then.day,
            "month": self._t(f"hours.month.{then.month}"),
        }
        if away < WEEK_DAYS:
            near = {0: "hours.today", 1: "hours.tomorrow"}
            return self._t(near.get(away, "hours.on_weekday"), **values)
        return self._t("hours.on_date", **values)

    def date(self, day: date) -> str:
        """Return a day as `Monday 4 January 2027`."""
        return self._t(
            "hours.date",
            weekday=self.day(day.weekday()),
            day=day.day,
            month=self._t(f"hours.month.{day.month}"),
            year=day.year,
        )

    def moment(self, at: int) -> str:
        """Return an instant as `Monday 4 January 2027, 9am`."""
        then = local(at)
        time = self.clock(then.hour * 60 + then.minute)
        return self._t("hours.moment", date=self.date(then.date()), time=time)

    def slot(self, slot: Slot) -> str:
        """Return a slot as `Monday 4 January 2027, 10am to 10:30am`."""
        return self._t(
            "hours.moment", date=self.date(local(slot.start).date()), time=self.times(slot)
        )

    def times(self, slot: Slot) -> str:
        """Return a slot on a day that is known: `10am to 10:30am`."""
        first, last = local(slot.start), local(slot.end)
        return self._t(
            "hours.from_to",
            opens=self.clock(first.hour * 60 + first.minute),
            closes=self.clock(last.hour * 60 + last.minute),
        )

    def week(self, week: Week) -> str:
        """Return weekly hours as people say them; nothing where none are known."""
        return "; ".join(
            self._t(
                "hours.run",
                days=self._t("hours.days", first=self.day(first), last=self.day(last))
                if last > first
                else self.day(first),
                times=self._t("hours.and").join(
                    self._t("hours.from_to", opens=self.clock(s.opens), closes=self.clock(s.closes))
                    for s in spans
                ),
            )
            for first, last, spans in runs(week)
        )

    def chat(self, status: Status, now: int) -> Words:
        """Return whether somebody is there to chat, as a visitor is told it."""
        return self._voice.speak(" ".join(self._chat(status, now)))

    def _chat(self, status: Status, now: int) -> list[str]:
        if not status.open:
            ways = self._t("hours.ways", phone="{phone}")
            if status.notice:
                return [status.notice, ways]
            if status.opens_at is None:
                return [self._t("hours.closed"), ways]
            return [self._t("hours.closed_until", when=self.when(status.opens_at, now)), ways]
        waiting, counted = status.waiting, self._t.counted
        sentences = [self._t("hours.open")]
        if waiting:
            sentences.append(counted("hours.waiting", waiting, waiting=waiting))
        if status.wait_ms is not None:
            minutes = status.wait_ms // MINUTE
            sentences.append(counted("hours.wait", minutes, minutes=minutes))
        return sentences
