//! Connections: how many there may be, whose they are, and how long one may be silent. Requests are
//! not looked at here.
//!
//! HTTP/1.1 alone: the server stands behind whatever speaks TLS to browsers, and a plain HTTP/2
//! connection may stay open without a request for as long as it likes, which no timeout of its own ends.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};

use super::client_ip::{self, Peer};
use super::options::Options;

/// Connections for each request that may be served at once: browsers keep some open.
const CONNECTIONS: usize = 4;
/// One address may hold at most one in so many of them, unless it is a trusted proxy's.
const SHARE: usize = 2;
/// When the system has no more sockets to give, some must be closed before trying again.
const EXHAUSTED: Duration = Duration::from_millis(200);
/// To a connection that is one too many.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Serves connections until `shutdown` is done, then finishes what is under way.
///
/// # Errors
/// When the listener fails for good.
pub(crate) async fn listen(
    listener: TcpListener,
    router: Router,
    options: &Options,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let service = TowerToHyperService::new(router);
    let places = Places::new(options);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(options.patience.head);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let (stream, address) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    if !of_the_client(&error) {
                        tracing::error!(%error, "no connection can be accepted");
                        tokio::time::sleep(EXHAUSTED).await;
                    }
                    continue;
                }
            },
            () = &mut shutdown => break,
        };
        let peer = Peer(address.ip().to_canonical());
        let Some(place) = places.take(peer.0) else {
            // A full server does not wait for the client to read this.
            let _ = stream.try_write(FULL);
            continue;
        };
        prepare(&stream, options.patience.unread);
        let service = service.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            service.call(request.map(Body::new))
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), answer));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke off");
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
    Ok(())
}

/// It went away before it was accepted.
fn of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// A response leaves at once, and a client that takes nothing of it is given up by the system.
fn prepare(stream: &TcpStream, unread: Duration) {
    let socket = SockRef::from(stream);
    let prepared = socket
        .set_tcp_nodelay(true)
        .and_then(|()| socket.set_tcp_user_timeout(Some(unread)));
    if let Err(error) = prepared {
        tracing::debug!(%error, "a connection keeps the system's settings");
    }
}

/// The connections that are open, counted by network.
struct Places {
    most: usize,
    trusted: Vec<ipnet::IpNet>,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// One of [`Places`]; given back with the value.
struct Place {
    network: IpAddr,
    taken: Arc<Mutex<Taken>>,
}

impl Places {
    fn new(options: &Options) -> Self {
        Self {
            most: options.max_concurrent.get().saturating_mul(CONNECTIONS),
            trusted: options.trusted_proxies.clone(),
            taken: Arc::default(),
        }
    }

    fn take(&self, peer: IpAddr) -> Option<Place> {
        let network = client_ip::network(peer);
        let share = if client_ip::trusts(&self.trusted, peer) {
            self.most
        } else {
            self.most / SHARE
        };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.by_network.get(&network).copied().unwrap_or_default();
        if taken.all >= self.most || own >= share {
            return None;
        }
        taken.all += 1;
        taken.by_network.insert(network, own + 1);
        Some(Place {
            network,
            taken: self.taken.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(own) = taken.by_network.get_mut(&self.network) {
            *own -= 1;
            if *own == 0 {
                taken.by_network.remove(&self.network);
            }
        }
    }
}
