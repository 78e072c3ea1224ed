create table jieda_lookups (
    id text primary key,
    at_ms bigint not null,
    masked text not null,
    fingerprint text not null,
    platform text,
    outcome text not null,
    entry text,
    confidence double precision not null,
    generation text not null,
    face text not null,
    micros bigint not null
);

create index jieda_lookups_at on jieda_lookups (at_ms);

create table jieda_feedback (
    id text primary key,
    at_ms bigint not null,
    lookup_id text,
    entry text not null,
    helped boolean not null,
    why text
);

create index jieda_feedback_at on jieda_feedback (at_ms);
