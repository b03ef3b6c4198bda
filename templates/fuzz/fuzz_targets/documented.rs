//! A file of examples is refused or read, and then every request has an answer.
//!
//! The first line is the target of a request, the rest is the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use msgraph::runtime::Examples;

fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let Ok(examples) = Examples::read(data.get(end + 1..).unwrap_or_default()) else { return };
    let target = String::from_utf8_lossy(&data[..end]);
    for method in ["GET", "POST", "PATCH"] {
        let request = http::Request::builder().method(method).uri(target.as_ref()).body(Default::default());
        if let Ok(request) = request {
            let _ = examples.answer(&request);
        }
    }
    let batch = http::Request::builder().method("POST").uri("https://graph.microsoft.com/v1.0/$batch");
    let batch = batch.body(data.to_vec().into()).expect("a request");
    let _ = examples.answer(&batch);
    assert!(examples.len() <= data.len());
});
