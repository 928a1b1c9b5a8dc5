//! `chit control`: pause, resume and stop the listener or the simulation, wherever it runs.

use clap::{Args, Subcommand, ValueEnum};

use super::context::Context;
use super::exit::Exit;
use super::output;
use crate::controls::{self, Control, State};

/// Start, pause, resume or stop the listener or the simulation, wherever it runs
#[derive(Args)]
#[command(after_help = "Examples:
  chit control listener pause            messages wait; nothing is lost
  chit control listener resume
  chit control simulation stop
  chit control listener status")]
pub struct ControlArgs {
    #[command(subcommand)]
    control: ControlCommand,
}

#[derive(Subcommand)]
enum ControlCommand {
    /// Takes messages through the pipeline
    #[command(after_help = "Examples:\n  chit control listener pause\n  chit control listener resume")]
    Listener(MoveArgs),
    /// Puts messages in
    #[command(after_help = "Examples:\n  chit control simulation pause\n  chit control simulation status")]
    Simulation(MoveArgs),
}

#[derive(Args)]
struct MoveArgs {
    /// What it should do
    #[arg(value_enum)]
    action: Move,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Move {
    /// From stopped to running
    Start,
    /// From running to paused
    Pause,
    /// From paused to running
    Resume,
    /// From running or paused to stopped
    Stop,
    /// Say what it does now
    Status,
}

/// Moves a stored state, or says where it stands. A move that does not start from where it stands
/// changes nothing, says so, and ends with [`Exit::Failed`], unless it stands there already.
///
/// # Errors
/// When the database can't be asked or standard output is gone.
pub async fn run(args: &ControlArgs, context: &Context) -> anyhow::Result<Exit> {
    let (control, action) = match &args.control {
        ControlCommand::Listener(args) => (Control::Listener, args.action),
        ControlCommand::Simulation(args) => (Control::Simulation, args.action),
    };
    let db = context.database().await?;
    let pool = &db.pool;
    let Some((from, to)) = states(action) else {
        let state = controls::state(pool, control).await?;
        output::say(&format!("{}: {}", control.name(), state.name()))?;
        return Ok(Exit::Ok);
    };
    if controls::change(pool, control, from, to).await? {
        output::say(&format!("{}: {}", control.name(), to.name()))?;
        if (control, to) == (Control::Simulation, State::Running) {
            output::note("it says that simulations may run; one is started with chit simulate FILE");
        }
        return Ok(Exit::Ok);
    }
    let state = controls::state(pool, control).await?;
    output::note(&format!("{} is {}: nothing changed", control.name(), state.name()));
    Ok(if state == to { Exit::Ok } else { Exit::Failed })
}

fn states(action: Move) -> Option<(&'static [State], State)> {
    match action {
        Move::Start => Some((&[State::Stopped], State::Running)),
        Move::Pause => Some((&[State::Running], State::Paused)),
        Move::Resume => Some((&[State::Paused], State::Running)),
        Move::Stop => Some((&[State::Running, State::Paused], State::Stopped)),
        Move::Status => None,
    }
}
