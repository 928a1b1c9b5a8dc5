//! `chit serve`: the loops and the staff page in one process.

use std::io::ErrorKind;
use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::context::Context;
use super::exit::Exit;
use super::listen::{farewell, say_if_held};
use super::output;
use crate::app::App;
use crate::{telemetry, web, worker};

/// Run everything: take messages through the pipeline, send notices, show the staff page
#[derive(Args)]
#[command(
    after_help = "The page shows the tickets and takes what people do to them. It has no password yet, so it is there on an address of this
machine alone; on any other one only the health endpoints answer.

GET /healthz says that the process is alive, GET /readyz that it can do its work, GET /metrics what it counted.

Examples:
  chit serve
  chit serve --bind 127.0.0.1:9000
  DATABASE_URL=postgres://chit@db/chit MEMCACHED_URL=memcache://cache:11211 chit serve"
)]
pub struct ServeArgs {
    /// Address of the page and the health endpoints [default: the configured one, 127.0.0.1:8080]
    #[arg(long, value_name = "HOST:PORT")]
    bind: Option<String>,
}

/// Serves until told to stop.
///
/// # Errors
/// When the address is taken or the database can't be reached.
pub async fn run(args: &ServeArgs, context: &Context) -> Result<Exit> {
    let socket =
        bind(args.bind.as_deref().unwrap_or(&context.settings.bind), |at| format!("chit serve --bind {at}"))
            .await?;
    let shutdown = context.ending.token();
    let app = context.app().await?;
    say_if_held(&app).await?;
    both(socket, &app, shutdown).await?;
    farewell(&app, context).await
}

/// The page and the loops, until told to stop.
pub(super) async fn both(socket: TcpListener, app: &App, shutdown: CancellationToken) -> Result<()> {
    let counted = telemetry::count()?;
    let address = socket.local_addr()?;
    tracing::info!(%address, database = app.db.describe(), "serving");
    if address.ip().is_loopback() {
        output::note(&format!("the staff page: http://{address}/ (Ctrl-C ends it)"));
    }
    let (served, worked) =
        tokio::join!(web::serve(socket, app.clone(), counted, shutdown.clone()), worker::run(app, shutdown));
    served.and(worked)
}

/// Listens; a taken port is told with the next free one, and with the command that uses it.
pub(super) async fn bind(address: &str, again: impl Fn(&str) -> String) -> Result<TcpListener> {
    let error = match TcpListener::bind(address).await {
        Ok(socket) => return Ok(socket),
        Err(error) => error,
    };
    if error.kind() != ErrorKind::AddrInUse {
        return Err(error).with_context(|| format!("listen at {address}: set bind or --bind to HOST:PORT"));
    }
    match next_free(address).await {
        Some(free) => {
            bail!("{address} is taken by another program; {free} is free: {}", again(&free.to_string()))
        }
        None => bail!("{address} is taken by another program: {}", again("HOST:PORT")),
    }
}

async fn next_free(address: &str) -> Option<SocketAddr> {
    let taken = tokio::net::lookup_host(address).await.ok()?.next()?;
    for port in taken.port().checked_add(1)?..=taken.port().saturating_add(100) {
        let next = SocketAddr::new(taken.ip(), port);
        if TcpListener::bind(next).await.is_ok() {
            return Some(next);
        }
    }
    None
}
