//! The command line: parse it, load the configuration, run one command, say how it ended.

mod context;
pub mod exit;
mod flags;
mod output;
mod signals;

mod demo;
mod listen;
mod replay;
mod serve;
mod simulate;

mod dataset;
mod eval;
mod parse;
mod reader_args;

mod fit;
pub mod menu;

mod control;
mod day;
mod dead;
mod destinations;
mod enquiries;
mod export;
mod messages;
mod orders;

mod backup;
mod classifier;
mod config;
mod doctor;
mod restore;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::clock::Clock;
use crate::config::{Loaded, Redactor};
use crate::telemetry;
use context::{Ending, Terminal};
use exit::Exit;
use flags::GlobalArgs;

pub use context::Context;

/// Turns the messages that a restaurant receives into kitchen tickets
#[derive(Parser)]
#[command(
    name = "chit",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(long_about = "Chit reads the messages that a restaurant receives, turns the real orders into \
kitchen tickets, and tells the right staff at once. Without any configuration it works on this machine alone.")]
#[command(after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "Exit codes:
  0    done                             4    the doctor found problems
  1    failed                           75   a dependency can't be reached: try again later
  2    wrong usage                      78   the configuration can't be used
  3    finished, with rejected rows     130  interrupted

Settings come from flags, then the environment, then .env, then chit.toml, then defaults.

Examples:
  chit demo                             see it work, on this machine alone
  echo 'two lattes to go' | chit parse --menu my-menu.csv
  chit serve                            run it
  chit doctor                           what is wrong, and what mends it";

/// In the order in which a user meets them; clap keeps it in the help.
#[derive(Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Serve(serve::ServeArgs),
    Simulate(simulate::SimulateArgs),
    Listen(listen::ListenArgs),
    Worker(listen::WorkerArgs),
    Replay(replay::ReplayArgs),
    Parse(parse::ParseArgs),
    Orders(orders::OrdersArgs),
    Enquiries(enquiries::EnquiriesArgs),
    Messages(messages::MessagesArgs),
    Dead(dead::DeadArgs),
    Destinations(destinations::DestinationsArgs),
    Control(control::ControlArgs),
    Menu(menu::MenuArgs),
    Dataset(dataset::DatasetArgs),
    Eval(eval::EvalArgs),
    Classifier(classifier::ClassifierArgs),
    Doctor(doctor::DoctorArgs),
    Config(config::ConfigArgs),
    Export(export::ExportArgs),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
}

async fn dispatch(command: &Command, context: &Context) -> anyhow::Result<Exit> {
    let (settings, clock) = (&context.settings, &context.clock);
    match command {
        Command::Demo(args) => demo::run(args, context).await,
        Command::Serve(args) => serve::run(args, context).await,
        Command::Simulate(args) => simulate::run(args, context).await,
        Command::Listen(args) => listen::listen(args, context).await,
        Command::Worker(args) => listen::worker(args, context).await,
        Command::Replay(args) => replay::run(args, context).await,
        Command::Parse(args) => tokio::task::block_in_place(|| parse::run(args, settings, *clock)),
        Command::Orders(args) => orders::run(args, context).await,
        Command::Enquiries(args) => enquiries::run(args, context).await,
        Command::Messages(args) => messages::run(args, context).await,
        Command::Dead(args) => dead::run(args, context).await,
        Command::Destinations(args) => destinations::run(args, context).await,
        Command::Control(args) => control::run(args, context).await,
        Command::Menu(args) => {
            let mut held = None;
            menu::run(args, settings, async || Ok(held.insert(context.database().await?).pool.clone())).await
        }
        Command::Dataset(args) => dataset::run(args, settings, clock.zone()),
        Command::Eval(args) => tokio::task::block_in_place(|| eval::run(args, context)),
        Command::Classifier(args) => classifier::run(args, settings),
        Command::Doctor(args) => doctor::run(args, settings, &context.surroundings().await).await,
        Command::Config(args) => config::run(args, context),
        Command::Export(args) => export::run(args, context).await,
        Command::Backup(args) => backup::run(args, settings, clock).await,
        Command::Restore(args) => restore::run(args, settings, clock).await,
    }
}

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            drop(error.print());
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Ok.into() };
        }
    };
    let mut redactor = Redactor::default();
    let result = start(&cli, &mut redactor);
    ended(result, &redactor).into()
}

fn start(cli: &Cli, redactor: &mut Redactor) -> anyhow::Result<Exit> {
    let environment = crate::config::environment();
    let terminal = terminal(crate::config::colour_is_welcome(&environment));
    let loaded = crate::config::load(&cli.global.sources(environment))?;
    *redactor = Redactor::new(&loaded.settings);
    telemetry::start(
        &loaded.settings.log,
        loaded.settings.log_format,
        terminal.colour_err,
        redactor.clone(),
    )?;
    let context = context(loaded, terminal);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("start the runtime")?;
    let result = runtime.block_on(async {
        signals::watch(context.ending.clone()).context("watch for signals")?;
        dispatch(&cli.command, &context).await
    });
    runtime.shutdown_background();
    result
}

fn context(loaded: Loaded, terminal: Terminal) -> Context {
    let clock = Clock::system(loaded.settings.zone());
    Context { settings: loaded.settings.clone(), loaded, clock, terminal, ending: Ending::default() }
}

fn terminal(colour: bool) -> Terminal {
    let error = std::io::stderr().is_terminal();
    Terminal {
        colour_out: colour && std::io::stdout().is_terminal(),
        colour_err: colour && error,
        progress: error,
    }
}

/// A failure is told once, here: what went wrong, and under it why.
fn ended(result: anyhow::Result<Exit>, redactor: &Redactor) -> Exit {
    let error = match result {
        Ok(exit) => return exit,
        Err(error) if exit::is_broken_pipe(&error) => return Exit::Ok,
        Err(error) => error,
    };
    let mut text = format!("error: {error}\n");
    for cause in error.chain().skip(1) {
        text.push_str(&format!("  caused by: {cause}\n"));
    }
    drop(std::io::stderr().write_all(redactor.clean(&text).as_bytes()));
    Exit::of(&error)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_example_in_the_help_is_a_command_line_that_works() {
        let cli = Cli::command();
        cli.clone().debug_assert();
        let mut commands: Vec<clap::Command> = vec![cli];
        while let Some(command) = commands.pop() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<&str> = help.lines().filter(|line| line.starts_with("  chit ")).collect();
            assert!(!examples.is_empty(), "`{}` has no example in its help", command.get_name());
            for example in examples {
                let line = ["   ", " |", " >", " <"].iter().fold(example.trim(), |line, end| {
                    line.split_once(end).map_or(line, |(before, _)| before)
                });
                if let Err(error) = Cli::try_parse_from(line.split_whitespace()) {
                    panic!("{line}\n{error}");
                }
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }
}
