-- Answers of the language model, so that a message that is read again asks and pays once. Found by what was asked: model,
-- prompt, menu, form and message. They hold words of the message, and go with its text: see src/outbox/tidy.rs.
create table llm_answers (
    key           bytea not null,
    text_hash     bytea not null,
    answer        text not null,
    input_tokens  integer not null,
    cached_tokens integer not null,
    output_tokens integer not null,
    created_at    timestamptz not null default clock_timestamp(),
    constraint llm_answer_is_given_once primary key (key)
);

create index llm_answers_of_a_text on llm_answers (text_hash);
create index llm_answers_by_age on llm_answers (created_at);
