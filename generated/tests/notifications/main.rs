//! Tests the receiver of change notifications without a network: a sender in this process has the part of the service.
#![cfg(all(feature = "transport", feature = "notifications"))]

mod decrypting;
mod discovery;
mod receiving;
mod renewing;
mod sender;
mod tokens;
