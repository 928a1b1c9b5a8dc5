//! The command line.

pub mod exit;
pub mod menu;

/// Runs the program.
pub fn run() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
