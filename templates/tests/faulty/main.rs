//! Tests the client against a faulty server on this machine.
#![cfg(feature = "client")]

mod faults;
#[cfg(feature = "tracing")]
mod secrets;
mod server;
