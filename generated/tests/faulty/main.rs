//! Tests the client against a faulty server on this machine.
#![cfg(feature = "client")]

#[cfg(feature = "tracing")]
mod clouds;
#[cfg(feature = "tracing")]
mod events;
mod faults;
#[cfg(feature = "tracing")]
mod secrets;
mod server;
