//! Ctrl-C and SIGTERM.

use std::io::Write;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::context::Ending;
use super::exit::Exit;

/// Watches in the background, as `Ending` describes.
pub(super) fn watch(ending: Ending) -> std::io::Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::spawn(async move {
        next(&mut interrupt, &mut terminate).await;
        if !ending.is_heeded() {
            end_at_once();
        }
        say("finishing what is in flight; again to stop at once");
        ending.ask();
        next(&mut interrupt, &mut terminate).await;
        end_at_once();
    });
    Ok(())
}

async fn next(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

fn end_at_once() -> ! {
    std::process::exit(Exit::Interrupted.code().into())
}

/// Standard error may be gone; the signal counts all the same.
fn say(text: &str) {
    drop(writeln!(std::io::stderr(), "{text}"));
}

#[cfg(test)]
mod tests {
    use nix::sys::signal::{Signal, raise};

    use super::*;

    #[tokio::test]
    async fn who_took_the_token_is_asked_to_finish() {
        let ending = Ending::default();
        let token = ending.token();
        watch(ending.clone()).unwrap();
        assert!(!ending.is_asked());
        raise(Signal::SIGTERM).unwrap();
        token.cancelled().await;
        assert!(ending.is_asked());
    }
}
