//! What a line costs: the menu row's price and the surcharges of its options.

use rust_decimal::Decimal;

use super::{Amount, OptionChoice, Reading};
use crate::menu::{Menu, MenuRow};

/// The keys of the rows that [`set`] needs.
pub fn keys<'a>(reading: &'a Reading, menu: &'a Menu) -> impl Iterator<Item = String> + 'a {
    let items = reading.lines.iter().filter_map(|line| line.item.as_deref());
    items.filter_map(|name| menu.item_by_name(name)).map(|item| item.key.clone())
}

/// Sets the price of each line from the rows; a line whose row has no price has none.
pub fn set(reading: &mut Reading, menu: &Menu, rows: &[MenuRow]) {
    for line in &mut reading.lines {
        let row = line.item.as_deref().and_then(|name| rows.iter().find(|row| row.name == name));
        line.unit_price =
            row.and_then(|row| row.price).and_then(|price| unit_price(price, &line.options, menu));
    }
}

/// The price of one piece with its options; `None` when it is beyond what a decimal holds. Leaving
/// something out makes nothing cheaper.
pub fn unit_price(price: Decimal, options: &[OptionChoice], menu: &Menu) -> Option<Decimal> {
    options.iter().try_fold(price, |sum, option| sum.checked_add(surcharge(option, menu)?))
}

fn surcharge(option: &OptionChoice, menu: &Menu) -> Option<Decimal> {
    let times = match option.amount {
        Amount::No | Amount::NoExtra => return Some(Decimal::ZERO),
        Amount::Light | Amount::Regular | Amount::Extra => Decimal::from(option.count),
    };
    let group = menu.groups.iter().find(|group| group.name == option.group);
    let found = group
        .and_then(|group| group.options.iter().find(|o| Some(o.name.as_str()) == option.option.as_deref()));
    found.and_then(|option| option.price).unwrap_or_default().checked_mul(times)
}
