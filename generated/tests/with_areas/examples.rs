//! The examples with generated modules run.
#![cfg(feature = "transport")]

#[path = "../../examples/with_areas/files.rs"]
mod files;
#[path = "../../examples/with_areas/intune.rs"]
mod intune;
#[path = "../../examples/with_areas/mail_and_calendar.rs"]
mod mail_and_calendar;
#[path = "../../examples/with_areas/teams.rs"]
mod teams;
#[path = "../../examples/with_areas/users_and_groups.rs"]
mod users_and_groups;

#[test]
fn they_run() {
    files::main().expect("files");
    intune::main().expect("intune");
    mail_and_calendar::main().expect("mail and calendar");
    teams::main().expect("teams");
    users_and_groups::main().expect("users and groups");
}
