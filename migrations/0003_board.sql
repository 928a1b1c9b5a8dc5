-- What people did to orders. A row is written in the transaction that moves the order, and never changed.
create table order_moves (
    id         bigint generated always as identity primary key,
    order_id   uuid not null references orders (id) on delete cascade,
    from_state text not null,
    to_state   text not null,
    by_whom    text not null,
    reason     text,
    moved_at   timestamptz not null default clock_timestamp()
);

create index order_moves_of_an_order on order_moves (order_id, id);
create index order_moves_newest on order_moves (moved_at);
create index orders_on_the_board on orders (state, business_day, number)
    where state in ('review', 'placed', 'accepted', 'preparing', 'ready');

-- What changed, for those who watch: read in the order of (xid, id), and only below the oldest running
-- transaction, so that a row committed late is never skipped. Kept for a day.
create table events (
    xid         xid8   not null default pg_current_xact_id(),
    id          bigint generated always as identity,
    orders      uuid[] not null,
    happened_at timestamptz not null default clock_timestamp(),
    primary key (xid, id)
);
