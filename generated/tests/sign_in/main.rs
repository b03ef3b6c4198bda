//! Tests every way to sign in that needs no other crate, against a token server and a Graph service on this machine.
#![cfg(all(feature = "client", feature = "sign-in"))]

mod browser;
mod entra;
mod example;
mod many;
#[path = "../faulty/server.rs"]
#[expect(dead_code, reason = "it also serves the tests of faults")]
mod server;
mod ways;
