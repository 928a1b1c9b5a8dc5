//! The `chit` program.

fn main() -> std::process::ExitCode {
    chit::cli::run()
}
