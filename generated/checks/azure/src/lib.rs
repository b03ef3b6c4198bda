//! Tests the feature `azure` with the credentials of `azure_identity`, against a token server on this machine.

pub mod readme;

#[cfg(test)]
mod certificate;
#[cfg(test)]
mod server;
#[cfg(test)]
mod tools;
#[cfg(test)]
mod ways;
