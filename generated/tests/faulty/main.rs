//! What the client does with a server on this machine that breaks things.
#![cfg(feature = "client")]

mod faults;
#[cfg(feature = "tracing")]
mod secrets;
mod server;
