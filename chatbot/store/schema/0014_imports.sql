-- oldest-code: 1
-- A file that somebody looks through before it goes into the FAQ: the whole of what was read from
-- it, so that what is carried out is what was shown.

create table faq_import (
    id text primary key,
    person_id text not null,
    at bigint not null,
    content text not null
);
