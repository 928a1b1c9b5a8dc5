//! The board: which orders stand in which column, and which were just handed over.

use anyhow::Context;
use sqlx::PgPool;
use uuid::Uuid;

use super::orders::{self, Filter, Order};
use crate::orders::State;

/// The most cards of a column that are shown; the rest is a number.
pub const MOST_CARDS: usize = 60;

/// The most orders that can be recalled.
const MOST_RECALLED: i64 = 20;

/// The columns of the board, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The kitchen may take it.
    New,
    /// The kitchen has it.
    Preparing,
    /// It can be fetched or sent out.
    Ready,
}

impl Column {
    /// From left to right.
    pub const ALL: [Self; 3] = [Self::New, Self::Preparing, Self::Ready];

    /// Where an order in this state stands; `None`: not on the board.
    pub fn of(state: State) -> Option<Self> {
        match state {
            State::Placed => Some(Self::New),
            State::Accepted | State::Preparing => Some(Self::Preparing),
            State::Ready => Some(Self::Ready),
            State::Review | State::Completed | State::Rejected | State::Cancelled | State::Reclassified => {
                None
            }
        }
    }
}

/// What stands in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which column.
    pub column: Column,
    /// The oldest orders, at most [`MOST_CARDS`], oldest first.
    pub shown: Vec<Uuid>,
    /// All of them.
    pub count: usize,
}

/// The whole board as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// From left to right.
    pub columns: Vec<Standing>,
    /// Orders that a person must look at first.
    pub in_review: usize,
}

/// What stands where, in one look.
///
/// # Errors
/// When the database can't be asked.
pub async fn stand(pool: &PgPool) -> anyhow::Result<Board> {
    let rows = sqlx::query!(
        r#"
        with open as (
            select id, state, business_day, number,
                   case state when 'placed' then 0 when 'review' then 1 when 'ready' then 3 else 2 end as place
            from orders where state in ('review', 'placed', 'accepted', 'preparing', 'ready')
        ), counted as (
            select *, row_number() over (partition by place order by business_day, number) as rank,
                   count(*) over (partition by place) as count
            from open
        )
        select id, state as "state: State", count as "count!" from counted
        where rank <= $1 order by place, rank
        "#,
        MOST_CARDS as i64,
    )
    .fetch_all(pool)
    .await
    .context("see what stands on the board")?;
    let empty = |column| Standing { column, shown: Vec::new(), count: 0 };
    let mut board = Board { columns: Column::ALL.map(empty).into(), in_review: 0 };
    for row in rows {
        let count = usize::try_from(row.count).context("a count")?;
        match Column::of(row.state) {
            Some(column) => {
                for standing in board.columns.iter_mut().filter(|standing| standing.column == column) {
                    standing.count = count;
                    standing.shown.push(row.id);
                }
            }
            None => board.in_review = count,
        }
    }
    Ok(board)
}

/// The orders with these ids, oldest first.
///
/// # Errors
/// When the database can't be asked.
pub async fn cards(pool: &PgPool, ids: &[Uuid]) -> anyhow::Result<Vec<Order>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    orders::find(pool, Filter { ids: Some(ids), ..Filter::default() }).await
}

/// The orders that were handed over last, newest first: those that can be recalled.
///
/// # Errors
/// When the database can't be asked.
pub async fn handed_over(pool: &PgPool) -> anyhow::Result<Vec<Order>> {
    let ids = sqlx::query_scalar!(
        r#"
        select o.id from order_moves m join orders o on o.id = m.order_id and o.state = 'completed'
        where m.moved_at > clock_timestamp() - interval '1 day'
          and m.id = (select max(id) from order_moves where order_id = o.id)
        order by m.moved_at desc limit $1
        "#,
        MOST_RECALLED,
    )
    .fetch_all(pool)
    .await
    .context("see what was handed over")?;
    let mut orders = cards(pool, &ids).await?;
    orders.sort_by_key(|order| ids.iter().position(|id| *id == order.id));
    Ok(orders)
}
