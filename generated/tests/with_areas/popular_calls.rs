//! The calls that people make most have the types and permissions of their own pages, not of other pages that
//! use the same address. The names of the types are checked by the compiler.
// Needs: GET /v1.0/me/messages, GET /v1.0/me/messages/{id}, GET /v1.0/me/events, GET /v1.0/me/mailFolders
// Needs: GET /v1.0/me/contactFolders, GET /v1.0/me/contacts, POST /v1.0/me/messages, POST /v1.0/me/events
// Needs: POST /v1.0/me/mailFolders, POST /v1.0/me/contactFolders, POST /v1.0/me/contacts
// Needs: GET /v1.0/users/{id}/messages, GET /v1.0/users/{id}/events, GET /v1.0/me/todo/lists/{id}
// Needs: GET /v1.0/me/todo/lists/{id}/tasks/{id}, GET /v1.0/users, GET /v1.0/users/{id}, GET /v1.0/groups
// Needs: GET /v1.0/organization, GET /v1.0/devices, POST /v1.0/users, DELETE /v1.0/users/{id}
// Needs: DELETE /v1.0/groups/{id}, GET /v1.0/me/drive/items/{id}, PATCH /v1.0/me/drive/items/{id}
// Needs: GET /v1.0/me/drive/items/{id}/content, PUT /v1.0/me/drive/items/{id}/content, GET /v1.0/deviceManagement
// Needs: GET /v1.0/teams/{id}, POST /v1.0/teams, DELETE /v1.0/groups/{id}/acceptedSenders/$ref
// Needs: DELETE /v1.0/groups/{id}/rejectedSenders/$ref, GET /v1.0/users/$count, GET /v1.0/groups/{id}/owners/$count
// Needs: PATCH /v1.0/me, GET /v1.0/me/drive/root, GET /v1.0/me/drive/root/children, GET /v1.0/me/drive/root/delta*
// Needs: GET /v1.0/users/{id}/memberOf/microsoft.graph.group, GET /v1.0/users/{id}/manager, GET /v1.0/users/delta*
// Needs: POST /v1.0/me/drive/items/{id}/createUploadSession, GET /v1.0/me/outlook/supportedTimeZones
// Needs: GET /v1.0/me/outlook/supportedTimeZones(*

use msgraph::runtime::{Operation, Request};
use msgraph::v1::actions::DriveItemCreateUploadSession;
use msgraph::v1::types::{
    Contact, ContactFolder, Device, DeviceManagement, DirectoryObject, DriveItem, Event, Group, MailFolder, Message,
    Organization, Team, TimeZoneInformation, TimeZoneStandard, TodoTask, TodoTaskList, UploadSession, User,
};
use msgraph::{AllOf, Body, Change, Collection, v1};

/// Accepts only a request with this response type.
fn answers<T>(request: Request<T>) -> Operation {
    request.operation()
}

fn pages(operations: &[Operation]) -> Vec<&'static str> {
    operations.iter().map(|operation| operation.page()).collect()
}

#[test]
fn mail_and_calendar() {
    let me = v1().me();
    let read = [
        answers::<Collection<Message>>(me.messages().list()),
        answers::<Message>(me.messages().id("x").get()),
        answers::<Collection<Event>>(me.events().list()),
        answers::<Collection<MailFolder>>(me.mail_folders().list()),
        answers::<Collection<ContactFolder>>(me.contact_folders().list()),
        answers::<Collection<Contact>>(me.contacts().list()),
    ];
    assert_eq!(
        pages(&read),
        [
            "user-list-messages",
            "message-get",
            "user-list-events",
            "user-list-mailfolders",
            "user-list-contactfolders",
            "user-list-contacts"
        ]
    );
    let created = [
        answers::<Message>(me.messages().create(Message::default())),
        answers::<Event>(me.events().create(Event::default())),
        answers::<MailFolder>(me.mail_folders().create(MailFolder::default())),
        answers::<ContactFolder>(me.contact_folders().create(ContactFolder::default())),
        answers::<Contact>(me.contacts().create(Contact::default())),
    ];
    assert_eq!(
        pages(&created),
        [
            "user-post-messages",
            "user-post-events",
            "user-post-mailfolders",
            "user-post-contactfolders",
            "user-post-contacts"
        ]
    );
    let users = v1().users().id("x");
    assert_eq!(answers::<Collection<Message>>(users.messages().list()).page(), "user-list-messages");
    assert_eq!(answers::<Collection<Event>>(users.events().list()).page(), "user-list-events");
    let lists = me.todo().lists();
    answers::<TodoTaskList>(lists.id("x").get());
    answers::<TodoTask>(lists.id("x").tasks().id("y").get());
}

#[test]
fn directory() {
    let users = v1().users();
    let read = [
        answers::<Collection<User>>(users.list()),
        answers::<User>(users.id("x").get()),
        answers::<Collection<Group>>(v1().groups().list()),
        answers::<Collection<Organization>>(v1().organization().list()),
        answers::<Collection<Device>>(v1().devices().list()),
    ];
    // Two pages are about the organization, but the methods table of the type lists this one.
    assert_eq!(pages(&read), ["user-list", "user-get", "group-list", "organization-get", "device-list"]);
    assert_eq!(answers::<User>(users.create(User::default())).page(), "user-post-users");
    let permissions = read[0].permissions();
    assert_eq!(permissions.delegated_work.least().map(AllOf::as_str), Some("User.ReadBasic.All"));
    assert_eq!(permissions.application.least().map(AllOf::as_str), Some("User.Read.All"));
}

#[test]
fn deleting_a_user_or_a_group_is_what_its_own_page_says() {
    assert_eq!(answers::<()>(v1().users().id("x").delete()).page(), "user-delete");
    assert_eq!(answers::<()>(v1().groups().id("x").delete()).page(), "group-delete");
}

#[test]
fn files() {
    let item = v1().me().drive().items().id("x");
    assert_eq!(answers::<DriveItem>(item.get()).page(), "driveitem-get");
    assert_eq!(answers::<DriveItem>(item.update(DriveItem::default())).page(), "driveitem-update");
    let content = answers::<bytes::Bytes>(item.content().get());
    assert_eq!(content.page(), "driveitem-get-content");
    assert!(content.permissions().delegated_work.least().is_some());
    let content = Body::bytes("x", "text/plain");
    answers::<DriveItem>(item.content().replace(content));
}

#[test]
fn devices_and_teams() {
    let device_management = answers::<DeviceManagement>(v1().device_management().get());
    assert!(!device_management.page().contains("androidforwork"), "{}", device_management.page());
    answers::<Team>(v1().teams().id("x").get());
    answers::<()>(v1().teams().create(Team::default()));
}

#[test]
fn removing_a_sender_deletes_nobody() {
    let group = v1().groups().id("x");
    let removed = [
        group.accepted_senders().reference().delete("7c9b"),
        group.rejected_senders().reference().delete("https://graph.microsoft.com/v1.0/users/7c9b"),
    ];
    let requests = removed.each_ref().map(ToString::to_string);
    assert_eq!(
        requests,
        [
            "DELETE /v1.0/groups/x/acceptedSenders/$ref?$id=https://graph.microsoft.com/v1.0/directoryObjects/7c9b",
            "DELETE /v1.0/groups/x/rejectedSenders/$ref?$id=https://graph.microsoft.com/v1.0/users/7c9b",
        ]
    );
    let removed = removed.map(answers::<()>);
    assert_eq!(pages(&removed), ["group-delete-acceptedsenders", "group-delete-rejectedsenders"]);
    let deleted = [answers::<()>(v1().users().id("x").delete()), answers::<()>(group.delete())];
    assert_eq!(pages(&deleted), ["user-delete", "group-delete"]);
}

#[test]
fn what_only_examples_show() {
    let request = v1().users().count().get();
    assert_eq!(request.to_string(), "GET /v1.0/users/$count");
    assert_eq!(answers::<i64>(request).page(), "user-list");
    answers::<i64>(v1().groups().id("x").owners().count().get());
    answers::<()>(v1().me().update(User::default()));
    let root = v1().me().drive().root();
    answers::<DriveItem>(root.get());
    answers::<Collection<DriveItem>>(root.children().list());
    answers::<Collection<Change<DriveItem>>>(root.delta());
    answers::<Collection<Group>>(v1().users().id("x").member_of().as_group().list());
}

#[test]
fn calls_have_the_names_of_what_is_called() {
    answers::<DirectoryObject>(v1().users().id("x").manager().get());
    answers::<Collection<Change<User>>>(v1().users().delta());
    let item = v1().me().drive().items().id("x");
    answers::<UploadSession>(item.create_upload_session(DriveItemCreateUploadSession::default()));
    let zones = v1().me().outlook();
    answers::<Collection<TimeZoneInformation>>(zones.supported_time_zones());
    let iana = zones.supported_time_zones_with_time_zone_standard(TimeZoneStandard::Iana);
    let expected = "GET /v1.0/me/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'iana')";
    assert_eq!(iana.to_string(), expected);
}
