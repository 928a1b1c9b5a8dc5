-- Money is numeric in the one configured currency. States are text with a named check, so that a
-- new state is one small migration. Times are timestamptz.

-- Whose ids these are. Files outlive the database, and ids start again in another one. A restored
-- backup brings its own: it goes on with the ids that it had.
create table installation (
    id       uuid    not null default gen_random_uuid(),
    only_one boolean primary key default true constraint there_is_one_installation check (only_one)
);

insert into installation default values;

create table menu_versions (
    id          bigint generated always as identity primary key,
    imported_at timestamptz not null default clock_timestamp(),
    source      text not null,
    digest      text not null
);

create table menu_items (
    version     bigint  not null references menu_versions (id) on delete cascade,
    key         text    not null,
    position    integer not null,
    name        text    not null,
    description text    not null,
    price       numeric(10, 2) constraint menu_item_price_is_not_negative check (price >= 0),
    category    text    not null,
    aliases     text[]  not null,
    tags        text[]  not null,
    available   boolean not null,
    primary key (version, key)
);

create table modifier_options (
    version    bigint  not null references menu_versions (id) on delete cascade,
    position   integer not null,
    group_name text    not null,
    name       text    not null,
    choose     text    not null constraint modifier_choose_is_known check (choose in ('one', 'many')),
    price      numeric(10, 2) constraint modifier_price_is_not_negative check (price >= 0),
    applies_to text[]  not null,
    aliases    text[]  not null,
    primary key (version, group_name, name)
);

create table contacts (
    id           bigint generated always as identity primary key,
    channel      text not null,
    address      text not null,
    name         text,
    access_level text not null default 'customer'
        constraint contact_access_is_known check (access_level in ('customer', 'blocked')),
    opted_out    boolean not null default false,
    created_at   timestamptz not null default clock_timestamp(),
    constraint contact_is_unique_in_channel unique (channel, address)
);

-- `xid` stands before `id`, so that a transaction has its number before it takes an id:
-- the watermark relies on it.
create table messages (
    xid         xid8   not null default pg_current_xact_id(),
    id          bigint generated always as identity primary key,
    channel     text   not null,
    external_id text   not null,
    contact_id  bigint references contacts (id),
    text        text,
    text_hash   bytea  not null,
    sent_at     timestamptz not null,
    received_at timestamptz not null default clock_timestamp(),
    state       text   not null default 'received'
        constraint message_state_is_known check (state in
            ('received', 'claimed', 'failed', 'ordered', 'enquiry', 'miscellaneous', 'review', 'dead')),
    reason      text,
    tries       smallint not null default 0,
    lapses      smallint not null default 0,
    next_try_at timestamptz not null default clock_timestamp(),
    lease_until timestamptz,
    fence       bigint,
    finished_at timestamptz,
    constraint message_is_unique_in_channel unique (channel, external_id)
) with (fillfactor = 80);

create sequence claims;

create index messages_unfinished on messages (id) where state in ('received', 'claimed', 'failed');
create index messages_of_a_contact on messages (contact_id, id) where contact_id is not null;
create index messages_of_a_conversation on messages (contact_id, id)
    where contact_id is not null and state in ('received', 'claimed', 'failed');
create index messages_suspect on messages (id)
    where lapses >= 3 and state in ('received', 'claimed', 'failed');
create index messages_dead on messages (id) where state = 'dead';
create index messages_untidied on messages (id) where state = 'miscellaneous' and text is not null;

create table traces (
    message_id bigint primary key references messages (id),
    trace      jsonb not null,
    created_at timestamptz not null default clock_timestamp()
);

create table ticket_numbers (
    business_day date primary key,
    last         integer not null
);

create table orders (
    id            uuid primary key,
    message_id    bigint not null references messages (id) constraint one_order_a_message unique,
    contact_id    bigint references contacts (id),
    business_day  date    not null,
    number        integer not null,
    state         text    not null constraint order_state_is_known check (state in
        ('review', 'placed', 'accepted', 'preparing', 'ready', 'completed', 'rejected', 'cancelled', 'reclassified')),
    reason        text    not null,
    total         numeric(12, 2),
    currency      text    not null,
    menu_version  bigint,
    customer_name text,
    fulfilment    text constraint fulfilment_is_known check (fulfilment in ('pickup', 'delivery', 'dine_in')),
    time_text     text,
    address_text  text,
    unplaced      text[]  not null,
    unmatched     jsonb   not null,
    created_at    timestamptz not null default clock_timestamp(),
    constraint ticket_number_is_unique_in_a_day unique (business_day, number)
);

create table order_lines (
    order_id   uuid     not null references orders (id) on delete cascade,
    position   smallint not null,
    item_key   text,
    item_name  text,
    quantity   bigint   not null constraint line_quantity_is_positive check (quantity > 0),
    options    jsonb    not null,
    notes      text[]   not null,
    unit_price numeric(10, 2),
    text       text     not null,
    score      real     not null,
    primary key (order_id, position)
);

create table enquiries (
    id         bigint generated always as identity primary key,
    message_id bigint not null references messages (id) constraint one_enquiry_a_message unique,
    contact_id bigint references contacts (id),
    state      text   not null default 'open'
        constraint enquiry_state_is_known check (state in ('open', 'proposed', 'answered')),
    kind       text   not null
        constraint enquiry_kind_is_known check (kind in ('question', 'polite_request', 'not_on_menu')),
    reason     text   not null,
    draft      jsonb,
    created_at timestamptz not null default clock_timestamp()
);

create table outbox (
    id          bigint generated always as identity primary key,
    message_id  bigint references messages (id),
    cause       text   not null,
    destination text   not null,
    payload     jsonb,
    state       text   not null default 'pending' constraint outbox_state_is_known check (state in
        ('pending', 'sending', 'sent', 'failed', 'dead', 'skipped')),
    tries       smallint not null default 0,
    lapses      smallint not null default 0,
    next_try_at timestamptz not null default clock_timestamp(),
    error       text,
    created_at  timestamptz not null default clock_timestamp(),
    sent_at     timestamptz,
    constraint one_notice_a_cause unique (cause, destination)
) with (fillfactor = 80);

create index outbox_unsent on outbox (destination, id) where state in ('pending', 'sending', 'failed');
create index outbox_of_a_message on outbox (message_id);
create index outbox_dead on outbox (id) where state = 'dead';

-- One sender at a time holds a destination. `stopped_for` is the fingerprint of the address that was
-- refused for good: another address under the same name starts afresh.
create table destinations (
    name           text primary key,
    lease_until    timestamptz,
    fence          bigint,
    stopped_at     timestamptz,
    stopped_for    text,
    stopped_reason text
);

-- Every message up to `watermark` is finished. `horizon` is the highest id taken when transaction
-- `horizon_xid` was the newest: once all up to it have ended, no id below can still appear.
create table progress (
    name        text primary key,
    watermark   bigint not null default 0,
    horizon     bigint not null default 0,
    horizon_xid xid8   not null default '0',
    updated_at  timestamptz not null default clock_timestamp()
);

create table controls (
    name       text primary key,
    state      text not null
        constraint control_state_is_known check (state in ('stopped', 'running', 'paused')),
    updated_at timestamptz not null default clock_timestamp()
);

create table simulations (
    channel     text    not null,
    file_digest text    not null,
    file        text    not null,
    run         integer not null default 1,
    position    bigint  not null default 0,
    total       bigint  not null,
    updated_at  timestamptz not null default clock_timestamp(),
    primary key (channel, file_digest)
);
