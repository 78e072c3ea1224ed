//! Connections that are slow, silent, unread or too many.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::num::NonZeroUsize;
use std::time::Duration;

use jieda::web::{Options, Patience};

use super::{LOOKUP, PATIENT, connect, get, serve};
use crate::support::eventually;

#[test]
fn a_silent_or_dripping_client_is_let_go_while_others_are_served() {
    let address = serve(Options {
        patience: Patience {
            head: Duration::from_millis(400),
            ..PATIENT
        },
        ..Options::default()
    });
    let starts: [&[u8]; 5] = [
        b"",
        b"GET / HTTP/1.1\r\nhost: x\r\n",
        b"PRI * HTTP/2.0\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n",
    ];
    let clients: Vec<_> = starts
        .into_iter()
        .map(|start| {
            let mut stream = connect(address);
            stream.write_all(start).expect("it is sent");
            std::thread::spawn(move || {
                // A byte at a time does not buy more time; a refused write is an end as well.
                let mut writer = stream.try_clone().expect("a second handle");
                std::thread::spawn(move || {
                    while writer.write_all(b"x").is_ok() {
                        std::thread::sleep(Duration::from_millis(50));
                    }
                });
                let mut answer = Vec::new();
                // The end, or a reset: either way it is over.
                let end = stream.read_to_end(&mut answer);
                assert!(!matches!(end, Err(e) if e.kind() == std::io::ErrorKind::WouldBlock));
            })
        })
        .collect();
    while !clients.iter().all(std::thread::JoinHandle::is_finished) {
        assert_eq!(get(address, LOOKUP, &[]).status, 200);
    }
    for client in clients {
        client.join().expect("it was let go");
    }
}

/// Sends the head of a lookup with `expect: 100-continue`; returns the first status, which is 100
/// once a handler waits for the body.
fn announce(address: SocketAddr, length: usize) -> (TcpStream, u16) {
    let mut stream = connect(address);
    let head = format!(
        "POST /api/v1/lookup HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: 100-continue\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    let mut line = [0; 12];
    stream.read_exact(&mut line).expect("a status line");
    let status = String::from_utf8_lossy(&line[9..]).parse();
    (stream, status.expect("a status"))
}

fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .expect("the answer is whole");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_body_that_does_not_arrive_is_not_waited_for() {
    let address = serve(Options {
        patience: Patience {
            request: Duration::from_millis(400),
            ..PATIENT
        },
        ..Options::default()
    });
    let (mut stream, status) = announce(address, 1_000);
    assert_eq!(status, 100);
    stream.write_all(b"{\"text\"").expect("it is sent");
    let answer = rest(stream);
    assert!(
        answer.contains("HTTP/1.1 408") && answer.contains("request-timeout"),
        "{answer}"
    );
}

#[test]
fn twice_as_many_as_can_be_served_at_once_are_half_served_and_half_told_to_come_back() {
    let bound = 8;
    let address = serve(Options {
        max_concurrent: NonZeroUsize::new(bound).expect("not zero"),
        patience: PATIENT,
        ..Options::default()
    });
    let body = br#"{"text": "PARCEL_LOCKED_BY_AUDIT"}"#;
    let clients: Vec<_> = (0..2 * bound)
        .map(|_| std::thread::spawn(move || announce(address, body.len())))
        .collect();
    let clients: Vec<_> = clients
        .into_iter()
        .map(|c| c.join().expect("an answer"))
        .collect();
    let (served, refused): (Vec<_>, Vec<_>) = clients.into_iter().partition(|(_, s)| *s == 100);
    assert_eq!((served.len(), refused.len()), (bound, bound));
    for (stream, status) in refused {
        assert_eq!(status, 503);
        let answer = rest(stream).to_lowercase();
        assert!(answer.contains("retry-after: 1\r\n") && answer.contains("/problems/overloaded"));
    }
    // The probes still answer, and so does everybody once there is room.
    assert_eq!(get(address, "/healthz", &[]).status, 200);
    assert_eq!(get(address, "/", &[]).status, 503);
    for (mut stream, _) in served {
        stream.write_all(body).expect("it is sent");
        assert!(rest(stream).contains("shipping/sync/parcel-locked"));
    }
    assert_eq!(get(address, "/", &[]).status, 200);
}

#[test]
fn one_address_cannot_take_all_connections() {
    let address = serve(Options {
        max_concurrent: NonZeroUsize::new(1).expect("not zero"),
        patience: PATIENT,
        ..Options::default()
    });
    // Four connections for one request at a time, half of them for one address.
    let held: Vec<TcpStream> = (0..2).map(|_| connect(address)).collect();
    let full = rest(connect(address));
    assert!(
        full.starts_with("HTTP/1.1 503") && full.contains("retry-after: 1"),
        "{full}"
    );
    drop(held);
    eventually("there is room again", || {
        let mut stream = connect(address);
        let ask = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        stream.write_all(ask).is_ok() && {
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).is_ok() && answer.starts_with(b"HTTP/1.1 200")
        }
    });
}

#[test]
fn a_client_that_takes_no_answer_is_let_go() {
    let address = serve(Options {
        max_concurrent: NonZeroUsize::new(1).expect("not zero"),
        rate: None,
        patience: Patience {
            unread: Duration::from_millis(500),
            ..PATIENT
        },
        ..Options::default()
    });
    let deaf: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut stream = connect(address);
            let limit = Some(Duration::from_millis(200));
            stream.set_write_timeout(limit).expect("a limit");
            // Until nothing more fits anywhere between the two.
            while stream
                .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
                .is_ok()
            {}
            stream
        })
        .collect();
    eventually("there is room again", || {
        let mut stream = connect(address);
        let ask = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let mut answer = Vec::new();
        stream.write_all(ask).is_ok()
            && stream.read_to_end(&mut answer).is_ok()
            && answer.starts_with(b"HTTP/1.1 200")
    });
    drop(deaf);
}
