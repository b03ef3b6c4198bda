//! Reads and sends mail and makes an appointment with the generated API. A program like this needs the features `me` and
//! `names`.
// Needs: GET /v1.0/me/messages, PATCH /v1.0/me/messages/{id}, POST /v1.0/me/sendMail
// Needs: GET /v1.0/me/calendar/calendarView, POST /v1.0/me/events

use msgraph::runtime::InProcess;
use msgraph::v1::types::{Attendee, BodyType, DateTimeTimeZone, EmailAddress, Event, ItemBody, Message, Recipient};
use msgraph::v1::{actions, v1};
use msgraph::{Batch, Client, Filter, PropertyExt, StaticToken, edm};

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(StaticToken::new("a token")).transport(service()).build()?;
    let me = v1().me();

    // A date is written as a date, and a path to a property of a property is checked, too.
    let since: edm::DateTimeOffset = "2026-11-01T00:00:00Z".into();
    let sender = Message::FROM.then(Recipient::EMAIL_ADDRESS).then(EmailAddress::ADDRESS);
    let unread = me
        .messages()
        .list()
        .filter(
            Filter::ge(Message::RECEIVED_DATE_TIME, since)
                & Filter::eq(Message::IS_READ, false)
                & Filter::eq(sender, "adele@contoso.com"),
        )
        .order_by(Message::RECEIVED_DATE_TIME.desc())
        .select((Message::ID, Message::SUBJECT, Message::FROM))
        .top(25)
        // Bodies as text instead of HTML.
        .prefer("outlook.body-content-type=\"text\"");
    let mut unread = client.items(unread);
    let mut read = Batch::new();
    while let Some(message) = unread.next().await {
        let message = message?;
        println!("unread: {}", message.subject.value().map_or("", String::as_str));
        let Some(id) = message.id.value() else { continue };
        read.add(me.messages().id(id).update(Message { is_read: Some(true.into()), ..Default::default() }));
    }

    // Any number of requests, in as few calls as possible.
    let changed = read.len();
    let answers = client.send_batch(read).await?;
    assert!((0..changed).all(|position| answers.status(position) == Some(200)));

    let message = Message {
        subject: Some("Lunch?".into()),
        body: Some(
            ItemBody {
                content_type: Some(BodyType::Text.into()),
                content: Some("12:30?".into()),
                ..Default::default()
            }
            .into(),
        ),
        to_recipients: Some(
            vec![Recipient { email_address: address("adele@contoso.com"), ..Default::default() }].into(),
        ),
        ..Default::default()
    };
    client.send(me.send_mail(actions::UserSendMail { message: Some(message.into()), ..Default::default() })).await?;

    // Times are local to their time zone; `Prefer` sets the zone of the answer.
    let event = Event {
        subject: Some("Lunch".into()),
        start: time("2026-12-01T12:30:00"),
        end: time("2026-12-01T13:15:00"),
        attendees: Some(vec![Attendee { email_address: address("adele@contoso.com"), ..Default::default() }].into()),
        ..Default::default()
    };
    let event = client.send(me.events().create(event)).await?;
    println!("made: {:?}", event.id.value());

    let week = me.calendar().calendar_view().list("2026-11-30T00:00:00Z", "2026-12-07T00:00:00Z");
    let week = week.select((Event::SUBJECT, Event::START)).prefer("outlook.timezone=\"Pacific Standard Time\"");
    for event in client.send(week).await?.value {
        let start = event.start.value().and_then(|start| start.date_time.value());
        println!("{}: {:?}", start.map_or("?", String::as_str), event.subject.value());
    }
    Ok(())
}

fn address(address: &str) -> msgraph::Property<Box<EmailAddress>> {
    Some(EmailAddress { address: Some(address.into()), ..Default::default() }.into())
}

fn time(local: &str) -> msgraph::Property<Box<DateTimeTimeZone>> {
    Some(
        DateTimeTimeZone {
            date_time: Some(local.into()),
            time_zone: Some("Pacific Standard Time".into()),
            ..Default::default()
        }
        .into(),
    )
}

fn service() -> InProcess {
    InProcess::new(|request| {
        let body = || serde_json::from_slice::<serde_json::Value>(request.body()).unwrap_or_default();
        match (request.method().as_str(), request.uri().path()) {
            ("GET", "/v1.0/me/messages") => {
                let query = request.uri().query().unwrap_or_default();
                assert!(query.contains("receivedDateTime%20ge%202026-11-01T00:00:00Z%20and"), "{query}");
                assert!(query.contains("from/emailAddress/address%20eq%20%27adele@contoso.com%27"), "{query}");
                InProcess::json(200, r#"{"value":[{"id":"m1","subject":"Hello"},{"id":"m2","subject":"Again"}]}"#)
            }
            ("POST", "/v1.0/$batch") => InProcess::json(
                200,
                r#"{"responses":[{"id":"1","status":200,"body":{}},{"id":"0","status":200,"body":{}}]}"#,
            ),
            ("POST", "/v1.0/me/sendMail") => {
                assert_eq!(body()["message"]["toRecipients"][0]["emailAddress"]["address"], "adele@contoso.com");
                InProcess::status(202)
            }
            ("POST", "/v1.0/me/events") => InProcess::json(201, r#"{"id":"e1"}"#),
            ("GET", "/v1.0/me/calendar/calendarView") => InProcess::json(
                200,
                r#"{"value":[{"subject":"Lunch","start":{"dateTime":"2026-12-01T12:30:00","timeZone":"PST"}}]}"#,
            ),
            _ => InProcess::status(404),
        }
    })
}
