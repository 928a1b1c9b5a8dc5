//! `chit listen` and `chit worker`: take messages through the pipeline until told to stop.

use clap::Args;

use super::context::Context;
use super::exit::Exit;
use crate::app::App;
use crate::controls::{self, Control, State};
use crate::listener::{self, Until};
use crate::{messages, worker};

/// Take messages through the pipeline, without sending notices
#[derive(Args)]
#[command(after_help = "Examples:
  chit listen                            until Ctrl-C, which finishes what is in flight
  chit listen --until-drained            until no message has work left")]
pub struct ListenArgs {
    /// End when no message has work left
    #[arg(long)]
    until_drained: bool,
}

/// Take messages through the pipeline and send notices
#[derive(Args)]
#[command(after_help = "Any number of workers may run on one database, on any number of machines.

Examples:
  chit worker
  DATABASE_URL=postgres://chit@db/chit chit worker")]
pub struct WorkerArgs {}

/// Runs the listener alone.
///
/// # Errors
/// When the database can't be reached.
pub async fn listen(args: &ListenArgs, context: &Context) -> anyhow::Result<Exit> {
    let app = context.app().await?;
    say_if_held(&app).await?;
    let until = if args.until_drained { Until::Drained } else { Until::ToldToStop };
    let shutdown = context.ending.token();
    let done = shutdown.child_token();
    let listen = async {
        let ended = listener::run(&app, until, shutdown).await;
        done.cancel();
        ended
    };
    let (listened, ()) = tokio::join!(listen, worker::keep_house(&app, done.clone()));
    listened?;
    farewell(&app, context).await
}

/// Runs listener and senders.
///
/// # Errors
/// When the database can't be reached.
pub async fn worker(_: &WorkerArgs, context: &Context) -> anyhow::Result<Exit> {
    let app = context.app().await?;
    say_if_held(&app).await?;
    worker::run(&app, context.ending.token()).await?;
    farewell(&app, context).await
}

/// A listener that is paused or stopped does nothing, and a person should know why.
pub async fn say_if_held(app: &App) -> anyhow::Result<()> {
    let state = controls::state(&app.db.pool, Control::Listener).await?;
    match state {
        State::Running => {}
        State::Paused => tracing::warn!("the listener is paused: chit control listener resume"),
        State::Stopped => tracing::warn!("the listener is stopped: chit control listener start"),
    }
    Ok(())
}

/// Says where things stand, and how to go on after an interruption.
pub async fn farewell(app: &App, context: &Context) -> anyhow::Result<Exit> {
    let balance = messages::balance(&app.db.pool).await?;
    let watermark = messages::watermark(&app.db.pool).await?;
    let held = controls::state(&app.db.pool, Control::Listener).await? != State::Running;
    app.close().await;
    eprintln!("{balance}; finished up to message {watermark}");
    if context.ending.is_asked() {
        eprintln!("nothing is left half done; the same command goes on from here");
        return Ok(Exit::Interrupted);
    }
    Ok(if held && balance.in_flight > 0 { Exit::Rejected } else { Exit::Ok })
}
