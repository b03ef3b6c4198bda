//! Measures the cost of `Client::send` beyond plain reqwest, in CPU time and allocations of this
//! process, for the same GET with the same headers and the same JSON type, against a server in
//! another process.
//!
//! Usage: `msgraph-bench-client [REQUESTS [ROUNDS [plain|msgraph]]]`; with a side, only that side
//! sends REQUESTS once, for a profiler.

use cpu_time::ThreadTime;
use msgraph::runtime::{Json, Path};
use msgraph::{Client, Operation, Request, StaticToken, Version};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header;
use serde::Deserialize;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::env;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const TOKEN: &str = "a-token";
const BODY: &str = r#"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users/$entity","id":"87d349ed-44d7-43e1-9a83-5f2406dee5bd","businessPhones":["+1 425 555 0109"],"displayName":"Adele Vance","givenName":"Adele","jobTitle":"Product Marketing Manager","mail":"AdeleV@contoso.com","mobilePhone":null,"officeLocation":"18/2111","preferredLanguage":"en-US","surname":"Vance","userPrincipalName":"AdeleV@contoso.com"}"#;

/// The number of consecutive requests on one side.
const BLOCK: usize = 20;
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

const GET_USER: Operation = Operation::new("GET /v1.0/users/{id}");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "decoded, but not used")]
struct User {
    id: String,
    business_phones: Vec<String>,
    display_name: Option<String>,
    mail: Option<String>,
    user_principal_name: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "serve") {
        return serve();
    }
    let number = |index: usize, default| arguments.get(index).map_or(Ok(default), |text| text.parse::<usize>());
    let (requests, rounds) = (number(0, 2000)?, number(1, 15)?);

    let (mut server, base_url) = start_server()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(compare(&base_url, requests, rounds));
    server.kill()?;
    server.wait()?;
    result
}

async fn compare(base_url: &str, requests: usize, rounds: usize) -> Result<(), Box<dyn Error>> {
    // The settings that `Client` has by default.
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(30))
        .read_timeout(Duration::from_secs(100))
        .no_proxy()
        .build()?;
    let client = Client::builder(StaticToken::new(TOKEN)).base_url(base_url).http(http.clone()).build()?;
    if let Some(side) = env::args().nth(3) {
        for _ in 0..requests {
            black_box(if side == "plain" { plain(&http, base_url).await? } else { ours(&client).await? });
        }
        return Ok(());
    }
    for _ in 0..200 {
        plain(&http, base_url).await?;
        ours(&client).await?;
    }

    let (mut ratios, mut plain_times, mut our_times) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        // Blocks are small, so that other load affects both sides, and take turns, so that neither side
        // always comes second. Each pair of blocks is compared separately, so that an interruption
        // spoils one comparison and not the sum.
        for block in 0..requests.div_ceil(BLOCK) {
            let (mut plain_time, mut our_time) = (0.0, 0.0);
            for side in 0..2 {
                let start = ThreadTime::now();
                if (block + side) % 2 == 0 {
                    for _ in 0..BLOCK {
                        black_box(plain(&http, base_url).await?);
                    }
                    plain_time = start.elapsed().as_secs_f64();
                } else {
                    for _ in 0..BLOCK {
                        black_box(ours(&client).await?);
                    }
                    our_time = start.elapsed().as_secs_f64();
                }
            }
            ratios.push(our_time / plain_time);
            plain_times.push(plain_time);
            our_times.push(our_time);
        }
    }

    let region = Region::new(ALLOCATOR);
    for _ in 0..requests {
        black_box(plain(&http, base_url).await?);
    }
    let plain_allocations = allocations(&region, requests);
    let region = Region::new(ALLOCATOR);
    for _ in 0..requests {
        black_box(ours(&client).await?);
    }
    let our_allocations = allocations(&region, requests);
    let region = Region::new(ALLOCATOR);
    for _ in 0..requests {
        black_box(request());
    }
    let request_allocations = allocations(&region, requests);
    let region = Region::new(ALLOCATOR);
    for _ in 0..requests {
        black_box(reqwest::Url::parse(&url(base_url))?);
    }
    let url_allocations = allocations(&region, requests);

    let microseconds = |times: &mut Vec<f64>| median(times) / BLOCK as f64 * 1e6;
    println!(
        "{} pairs of {BLOCK} requests each, one connection, CPU time of this thread; medians of the pairs",
        ratios.len()
    );
    println!("                µs CPU per request   allocations per request");
    println!("plain reqwest   {:>18.1}   {plain_allocations:>23.1}", microseconds(&mut plain_times));
    println!("msgraph         {:>18.1}   {our_allocations:>23.1}", microseconds(&mut our_times));
    println!(
        "difference      {:>+16.1} %   {:>+23.1}",
        (median(&mut ratios) - 1.0) * 100.0,
        our_allocations - plain_allocations
    );
    println!(
        "building the request value allocates {request_allocations:.1}, format and parse of the URL {url_allocations:.1}"
    );
    Ok(())
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// The key comes from outside, so it is encoded; the options do not, so they are not.
fn url(base_url: &str) -> String {
    let key = utf8_percent_encode("AdeleV@contoso.com", KEY);
    format!("{base_url}/v1.0/users/{key}?$select=id,displayName,mail")
}

/// What a careful user writes: the same bytes are sent.
async fn plain(http: &reqwest::Client, base_url: &str) -> Result<User, Box<dyn Error>> {
    let response = http
        .get(url(base_url))
        .bearer_auth(TOKEN)
        .header(header::ACCEPT, "application/json")
        .header(header::USER_AGENT, "msgraph-rust/0.1.0")
        .header("client-request-id", Uuid::new_v4().to_string())
        .send()
        .await?
        .error_for_status()?;
    Ok(serde_json::from_slice(&response.bytes().await?)?)
}

fn request() -> Request<Json<User>> {
    let path = Path::root(Version::V1_0).segment("users").key("AdeleV@contoso.com");
    Request::new(GET_USER, path).select(["id", "displayName", "mail"])
}

async fn ours(client: &Client) -> Result<User, Box<dyn Error>> {
    let Json(user) = client.send(request()).await?;
    Ok(user)
}

fn allocations(region: &Region<'_, System>, requests: usize) -> f64 {
    let change = region.change();
    (change.allocations + change.reallocations) as f64 / requests as f64
}

fn start_server() -> Result<(Child, String), Box<dyn Error>> {
    let mut server = Command::new(env::current_exe()?).arg("serve").stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    if let Some(stdout) = server.stdout.as_mut() {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    Ok((server, line.trim().to_owned()))
}

fn serve() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        std::thread::spawn(move || answer(&stream));
    }
    Ok(())
}

fn answer(stream: &TcpStream) {
    let answer =
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len());
    let _ = stream.set_nodelay(true);
    let (mut reader, mut writer, mut line) = (BufReader::new(stream), stream, String::new());
    while reader.read_line(&mut line).is_ok_and(|length| length > 0) {
        if line == "\r\n" && writer.write_all(answer.as_bytes()).is_err() {
            return;
        }
        line.clear();
    }
}
