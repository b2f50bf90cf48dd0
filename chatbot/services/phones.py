"""Numbers that we can ring back: in this country, real, and not at somebody else's profit."""

from typing import Final

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

from chatbot.domain.errors import Invalid
from chatbot.domain.phones import digits, why_not

HERE: Final = "GB"
COUNTRY: Final = 44
_RUNG: Final = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.UAN,
        PhoneNumberType.VOIP,
    }
)
for _region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[COUNTRY]:
    # Its tables are modules, read when first asked for: no request may wait for that.
    PhoneMetadata.metadata_for_region(_region)


def callable_number(typed: str) -> str:
    """Return a number as E.164, to be rung.

    >>> callable_number("(02380) 00-10-61")
    '+442380001061'

    Raises:
        Invalid: `phone` is none, abroad, short, made up for films, or costs more than a call.
    """
    if why := why_not(typed):
        raise Invalid(phone=why)
    number = phonenumbers.PhoneNumber(country_code=COUNTRY, national_number=int(digits(typed)))
    if not phonenumbers.is_valid_number(number):
        raise Invalid(phone="not_a_phone")
    if phonenumbers.number_type(number) not in _RUNG:
        raise Invalid(phone="phone_premium")
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
