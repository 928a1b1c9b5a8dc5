//! The command line.

pub mod backup;
pub mod doctor;
pub mod exit;
pub mod restore;

/// Runs the program.
pub fn run() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
