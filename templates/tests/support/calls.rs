//! Owns what is done with the call of each operation: its request is compared with the documented one, and sent to a
//! service that answers with the documented example.
//!
//! The examples are in a file that is named in `MSGRAPH_EXAMPLES`; `cargo xtask examples` writes it. It cannot be part of
//! the crate. Without it, nothing is sent.

use msgraph::runtime::{FromResponse, InProcess, Response};
use msgraph::{Client, Error, Request, StaticToken};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the variable with the file of examples.
const FILE: &str = "MSGRAPH_EXAMPLES";

/// The checks of one test.
pub(crate) struct Checks {
    faults: Vec<String>,
    /// `None` if requests are only compared.
    examples: Option<Documented>,
}

/// Documented examples, and what became of them.
struct Documented {
    client: Client,
    runtime: tokio::runtime::Runtime,
    /// By operation, then by `page:line`.
    known: BTreeMap<String, BTreeMap<String, Known>>,
    /// The number of operations with an example.
    with: usize,
    sent: usize,
    decoded: usize,
    /// Redirects and errors that the documentation shows.
    not_a_success: usize,
    /// Failures that are known to the referee for examples, by their cause.
    expected: BTreeMap<String, usize>,
    /// Examples that were decoded, although the referee expects a failure.
    better: usize,
}

#[derive(Default)]
struct Known {
    status: u64,
    /// Why it cannot be read, as `docs-input/conform` lists it; empty if it can.
    unreadable: String,
}

/// Checks a call. Only the decoding depends on its type, since thousands of types come here.
pub(crate) fn check<T: FromResponse>(checks: &mut Checks, request: Request<T>, expected: &str) {
    checks.check(request.response(), expected, |response| response.decode::<T>().map(drop));
}

impl Checks {
    /// Compares the requests of all calls.
    pub(crate) fn of_requests(parts: &[fn(&mut Checks)]) {
        let mut checks = Checks { faults: Vec::new(), examples: None };
        parts.iter().for_each(|part| part(&mut checks));
        checks.end();
    }

    /// Sends the requests of all calls that have an example.
    pub(crate) fn of_examples(parts: &[fn(&mut Checks)]) {
        let Some(file) = std::env::var_os(FILE) else {
            eprintln!("SKIPPED: {FILE} names no file of examples; `cargo xtask examples` writes one");
            return;
        };
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut checks = Checks { faults: Vec::new(), examples: Some(Documented::read(&text)) };
        parts.iter().for_each(|part| part(&mut checks));
        if let Some(examples) = &checks.examples {
            examples.report();
        }
        checks.end();
    }

    fn check(&mut self, request: Request<()>, expected: &str, decode: fn(Response) -> Result<(), Error>) {
        let fault = match &mut self.examples {
            Some(examples) => examples.send(request, decode),
            None => {
                let request = request.to_string();
                (request != expected).then(|| format!("{request} is documented as {expected}"))
            }
        };
        self.faults.extend(fault);
    }

    fn end(self) {
        assert!(self.faults.is_empty(), "{} faults:\n{}", self.faults.len(), self.faults.join("\n"));
    }
}

impl Documented {
    fn read(text: &str) -> Documented {
        let mut known: BTreeMap<String, BTreeMap<String, Known>> = BTreeMap::new();
        let mut operations = BTreeSet::new();
        for line in text.lines().skip(1) {
            let record: Value = serde_json::from_str(line).expect("JSON");
            if record["response"].is_null() {
                continue;
            }
            let operation = record["operation"].as_str().expect("an operation");
            operations.insert(operation.to_owned());
            let place = format!("{}:{}", record["page"].as_str().unwrap_or_default(), record["line"]);
            let causes = record["unreadable"].as_array().map(Vec::as_slice).unwrap_or_default();
            let causes: Vec<_> = causes.iter().filter_map(Value::as_str).collect();
            let status = record["response"]["status"].as_u64().expect("a status");
            known
                .entry(nameless(operation))
                .or_default()
                .insert(place, Known { status, unreadable: causes.join(", ") });
        }
        let service = InProcess::from_examples_text(text).expect("examples");
        let client = Client::builder(StaticToken::new("a token")).transport(service).build().expect("a client");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        Documented {
            client,
            runtime,
            known,
            with: operations.len(),
            sent: 0,
            decoded: 0,
            not_a_success: 0,
            expected: BTreeMap::new(),
            better: 0,
        }
    }

    /// Sends a request, and says what is wrong with the answer.
    fn send(&mut self, request: Request<()>, decode: fn(Response) -> Result<(), Error>) -> Option<String> {
        let operation = request.operation();
        let name = format!("{} /{}{}", operation.method(), operation.version(), operation.path());
        let known = self.known.get(&nameless(&name))?;
        self.sent += 1;
        let response = match self.runtime.block_on(self.client.fetch(request)) {
            Ok(response) => response,
            Err(error) if status(&error).is_some_and(|found| known.values().any(|known| known.status == found)) => {
                self.not_a_success += 1;
                return None;
            }
            Err(error) => return Some(format!("{name}: {error}")),
        };
        let place = response.header("documented-on").unwrap_or_default().to_owned();
        let Some(known) = known.get(&place) else {
            return Some(format!("{name}: the answer is the example of another operation, {place}"));
        };
        if u64::from(response.status()) != known.status {
            return Some(format!("{name}: status {} instead of {}", response.status(), known.status));
        }
        match decode(response) {
            Ok(()) => {
                self.decoded += 1;
                self.better += usize::from(!known.unreadable.is_empty());
                None
            }
            Err(_) if !known.unreadable.is_empty() => {
                *self.expected.entry(known.unreadable.clone()).or_default() += 1;
                None
            }
            Err(error) => Some(format!("{name}, {place}: {error}")),
        }
    }

    fn report(&self) {
        let failed: usize = self.expected.values().sum();
        println!(
            "{} operations with an example, {} sent: {} decoded, {} redirects and documented errors, {failed} failed as \
             expected",
            self.with, self.sent, self.decoded, self.not_a_success,
        );
        for (cause, count) in &self.expected {
            println!("{count:>8}  {cause}");
        }
        println!("{} decoded although a failure was expected", self.better);
    }
}

/// An operation without the names of its placeholders, which differ between the pages of one path.
fn nameless(operation: &str) -> String {
    let parts = operation.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    parts.collect::<Vec<_>>().join("{}")
}

/// The status of an answer that is not a success.
fn status(error: &Error) -> Option<u64> {
    match error {
        Error::Redirect { status, .. } => Some(u64::from(*status)),
        Error::Graph(error) => Some(u64::from(error.status)),
        _ => None,
    }
}
