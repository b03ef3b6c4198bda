//! Tests the client without a network: a function in this process is the service.
#![cfg(feature = "transport")]

mod answers;
mod examples;
mod exchange;
mod from_examples;
mod many;
mod service;
mod tokens;
