//! Finds users, makes a group of them and follows changes with the generated API. A program like this needs the features
//! `users`, `groups` and `names`.
// Needs: GET /v1.0/users, GET /v1.0/users/{id}, GET /v1.0/users/delta, GET /v1.0/users/{id}/memberOf
// Needs: POST /v1.0/groups, POST /v1.0/groups/{id}/members/$ref, GET /v1.0/groups/{id}/members

use msgraph::runtime::InProcess;
use msgraph::v1::types::{DirectoryObject, DirectoryObjectKind, Group, User};
use msgraph::v1::v1;
use msgraph::{Change, Client, Error, Filter, PropertyExt, Reference, SchemaType, StaticToken};

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(StaticToken::new("a token")).transport(service()).build()?;

    // The compiler checks the names. A filter of directory objects with `ne` or `not` is an advanced query.
    let in_sales = Filter::eq(User::DEPARTMENT, "Sales") & !Filter::starts_with(User::DISPLAY_NAME, "Test");
    let list = v1().users().list().filter(in_sales).select([User::ID, User::DISPLAY_NAME]).advanced();
    let mut sales = client.items(list);
    let mut members = Vec::new();
    while let Some(user) = sales.next().await {
        let user = user?;
        println!("{} works in sales", user.display_name.value().map_or("somebody", String::as_str));
        members.extend(user.id.value().cloned());
    }

    // Properties that are not set are not sent.
    let group = Group {
        display_name: Some("Sales".into()),
        mail_enabled: Some(false.into()),
        mail_nickname: Some("sales".into()),
        security_enabled: Some(true.into()),
        ..Default::default()
    };
    let group = client.send(v1().groups().create(group)).await?;
    let id = group.id.value().ok_or("a group without an id")?;
    for member in &members {
        let member = Reference::url(format!("https://graph.microsoft.com/v1.0/directoryObjects/{member}"));
        client.send(v1().groups().id(id).members().reference().create(member)).await?;
    }

    // Members are users, devices and other groups: `kind` distinguishes them, `cast` reads one as its type.
    for member in client.send(v1().groups().id(id).members().list().select(DirectoryObject::ID)).await?.value {
        match member.kind() {
            DirectoryObjectKind::User => {
                let user: User = member.cast()?;
                println!("a user: {:?}", user.display_name.value());
            }
            DirectoryObjectKind::Group => println!("a group, with members of its own"),
            other => println!("{other}"),
        }
    }

    // Related items come along, with options of their own.
    let with_manager = v1().users().id("adele@contoso.com").get();
    let user = client.send(with_manager.expand(User::MANAGER.select(DirectoryObject::ID))).await?;
    println!("manager: {}", if user.manager.is_some() { "known" } else { "unknown" });

    // The next run asks for the changes since this one.
    let mut changes = client.items(v1().users().delta().select((User::DISPLAY_NAME, User::DEPARTMENT)));
    while let Some(change) = changes.next().await {
        match change? {
            Change::Changed(user) => println!("new or changed: {:?}", user.display_name.value()),
            Change::Removed(removed) => println!("removed: {:?}", removed.id),
        }
    }
    println!("to be kept: {:?}", changes.delta_link());

    // What is not there is an error of Graph, with its code.
    match client.send(v1().users().id("nobody@contoso.com").get()).await {
        Err(Error::Graph(error)) if error.status == 404 => println!("no such user"),
        other => println!("{other:?}"),
    }
    Ok(())
}

fn service() -> InProcess {
    InProcess::new(|request| match (request.method().as_str(), request.uri().path()) {
        ("GET", "/v1.0/users") => {
            assert_eq!(request.headers()["ConsistencyLevel"], "eventual");
            InProcess::json(200, r#"{"value":[{"id":"u1","displayName":"Adele"},{"id":"u2"}]}"#)
        }
        ("POST", "/v1.0/groups") => InProcess::json(201, r#"{"id":"g1"}"#),
        ("POST", "/v1.0/groups/g1/members/$ref") => InProcess::status(204),
        ("GET", "/v1.0/groups/g1/members") => InProcess::json(
            200,
            r##"{"value":[
                {"@odata.type":"#microsoft.graph.user","id":"u1","displayName":"Adele"},
                {"@odata.type":"#microsoft.graph.group","id":"g2"},
                {"@odata.type":"#microsoft.graph.device","id":"d1"}
            ]}"##,
        ),
        ("GET", "/v1.0/users/adele@contoso.com") => {
            assert_eq!(request.uri().query(), Some("$expand=manager($select=id)"));
            InProcess::json(200, r##"{"manager":{"@odata.type":"#microsoft.graph.user","id":"u9"}}"##)
        }
        ("GET", "/v1.0/users/delta") => InProcess::json(
            200,
            r#"{"value":[{"id":"u1","displayName":"Adele V"},{"id":"u2","@removed":{"reason":"deleted"}}],
                "@odata.deltaLink":"https://graph.microsoft.com/v1.0/users/delta?$deltatoken=x"}"#,
        ),
        _ => InProcess::json(404, r#"{"error":{"code":"Request_ResourceNotFound","message":"no such object"}}"#),
    })
}
