//! Tests the client against a faulty server on this machine.
#![cfg(feature = "client")]

#[cfg(feature = "tracing")]
mod clouds;
mod faults;
#[cfg(feature = "tracing")]
mod secrets;
mod server;
