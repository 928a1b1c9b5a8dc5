//! What people read on the page, in English. Another language is another one of this file.

use crate::orders::State;
use crate::reports::board::Column;

/// The tab and the header.
pub const NAME: &str = "Chit";
/// The first page.
pub const BOARD: &str = "Board";
/// The strip of orders that a person must look at.
pub const NEEDS_YOU: &str = "Needs you";
/// The list of orders that were handed over.
pub const RECALL: &str = "Recall";
/// Above that list.
pub const HANDED_OVER: &str = "Handed over last";
/// In place of that list.
pub const NOTHING_HANDED_OVER: &str = "Nothing was handed over in the last day.";
/// Unlocks the sound.
pub const START_SHIFT: &str = "Start shift";
/// While the sound is locked.
pub const SOUND_IS_OFF: &str = "Sound is off";
/// While it rings.
pub const STOP_RINGING: &str = "Got it";
/// While the stream is away.
pub const CONNECTION_LOST: &str = "Connection lost. What you see may be old; trying again …";
/// Switches between dark and light.
pub const THEME: &str = "Theme";
/// The kitchen takes it.
pub const ACCEPT: &str = "Accept";
/// The restaurant says no.
pub const REJECT: &str = "Reject";
/// It can be fetched.
pub const READY: &str = "Ready";
/// The customer has it.
pub const DONE: &str = "Done";
/// Takes a move back.
pub const UNDO: &str = "Undo";
/// Why it is rejected.
pub const WHY_REJECT: &str = "Why? The reason is kept with the order.";
/// The reasons that are offered.
pub const REASONS: [&str; 4] = ["Sold out", "Too busy", "Closed", "Cannot be made as asked"];
/// Closes a dialog.
pub const CANCEL: &str = "Keep it";
/// A dish that was not said.
pub const WHICH_DISH: &str = "? dish not said";
/// Before words that found no place.
pub const UNPLACED: &str = "Unplaced:";
/// Before parts that are not on the menu.
pub const NOT_ON_MENU: &str = "Not on the menu:";
/// Where the words speak of an allergy.
pub const ALLERGY: &str = "Allergy";
/// Before the customer's own words.
pub const THEIR_WORDS: &str = "Their words";
/// A column without a card.
pub const NOTHING_HERE: &str = "Nothing here";

/// Above a column.
pub fn column(column: Column) -> &'static str {
    match column {
        Column::New => "New",
        Column::Preparing => "Preparing",
        Column::Ready => "Ready",
    }
}

/// Under a column that has more than it shows.
pub fn more(count: usize) -> String {
    format!("and {count} more, later ones")
}

/// Where an order stands, in a sentence.
pub fn state(state: State) -> &'static str {
    match state {
        State::Review => "waiting for a look",
        State::Placed => "new",
        State::Accepted => "accepted",
        State::Preparing => "being made",
        State::Ready => "ready",
        State::Completed => "handed over",
        State::Rejected => "rejected",
        State::Cancelled => "cancelled",
        State::Reclassified => "no order after all",
    }
}

/// After a move.
pub fn moved(number: i32, to: State) -> String {
    format!("#{number} is {}", state(to))
}

/// After a move was taken back.
pub fn taken_back(number: i32) -> String {
    format!("#{number} is back where it was")
}

/// After a move that came too late.
pub fn was_first(number: i32, at: State, by: Option<&(String, String)>) -> String {
    match by {
        Some((who, when)) => format!("#{number} is {} already, by {who} at {when}", state(at)),
        None => format!("#{number} is {} already", state(at)),
    }
}

/// For an order that is not there.
pub const NO_SUCH_ORDER: &str = "There is no such order.";

/// In place of an answer.
pub const FAILED: &str =
    "That did not work; nothing was changed. Chit's log says why, and `chit doctor` what to do.";

/// Leads to how a message was understood.
pub const WHY: &str = "Why?";
/// Above what the customer wrote.
pub const MESSAGE: &str = "Message";
/// In place of words that are not kept here.
pub const WORDS_ARE_ELSEWHERE: &str = "Its words are in the file of miscellaneous messages only.";
/// In place of a reason.
pub const NO_REASON: &str = "not worked yet, or the reason went with the words";
/// Above the lines.
pub const UNDERSTOOD: &str = "What was understood";
/// Above the stages.
pub const DECIDED: &str = "How it was decided";
/// In place of the stages.
pub const NO_STAGES: &str =
    "How it was decided is kept only of messages that were worked, and not of miscellaneous ones.";
/// Heads of the table of stages.
pub const STAGE_HEADS: [&str; 6] = ["Stage", "Decision", "Score", "Runner-up", "Why", "ms"];
/// Above the questions to a language model.
pub const ASKED: &str = "What the language model was asked";
/// Heads of that table.
pub const ASKED_HEADS: [&str; 6] = ["Asked for", "Model", "Prompt", "Tokens in, out", "ms", "Answer"];
/// An answer that was kept from before.
pub const KEPT: &str = "kept from before";
/// An answer.
pub const GIVEN: &str = "given";
/// Above what was sent.
pub const SENT: &str = "What was sent";
/// Heads of that table.
pub const SENT_HEADS: [&str; 5] = ["To", "State", "Tries", "Delivered", "Last error"];
/// All of it for a program.
pub const AS_JSON: &str = "As JSON";
/// For a message that is not there.
pub const NO_SUCH_MESSAGE: &str = "There is no such message.";

/// Who said it and when.
pub fn from_at(channel: &str, at: &str) -> String {
    format!("from {channel}, {at}")
}

/// The order that a message made.
pub fn made_order(number: i32, state: &str) -> String {
    format!("order #{number}, {}", state.replace('_', " "))
}

/// The enquiry that a message is.
pub fn is_enquiry(kind: &str, state: &str) -> String {
    format!("enquiry ({}), {state}", kind.replace('_', " "))
}

/// A part that is not on the menu.
pub fn not_on_menu(quantity: u32, text: &str, candidates: &str) -> String {
    let nearest = if candidates.is_empty() { String::new() } else { format!("; nearest: {candidates}") };
    format!("not on the menu, or not clearly: {quantity} × “{text}”{nearest}")
}

/// What a language model said.
pub fn opinion(taken: bool, remarks: &str) -> String {
    format!("the language model ({}): {remarks}", if taken { "taken" } else { "not taken" })
}

/// How an order is fetched.
pub fn fulfilment(kind: &str) -> &str {
    match kind {
        "pickup" => "Pick-up",
        "delivery" => "Delivery",
        "dine_in" => "Eat in",
        other => other,
    }
}
