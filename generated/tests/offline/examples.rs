//! The examples run.

#[path = "../../examples/batch.rs"]
mod batch;
#[path = "../../examples/chaos.rs"]
mod chaos;
#[path = "../../examples/delta.rs"]
mod delta;
#[path = "../../examples/event.rs"]
mod event;
#[path = "../../examples/list_users.rs"]
mod list_users;
#[cfg(feature = "notifications")]
#[path = "../../examples/notifications.rs"]
mod notifications;
#[path = "../../examples/permissions.rs"]
mod permissions;
#[path = "../../examples/upload.rs"]
mod upload;

#[test]
fn they_run() {
    let run = |example: fn() -> Result<(), Box<dyn std::error::Error>>| {
        if let Err(error) = example() {
            panic!("{error}");
        }
    };
    run(batch::main);
    run(chaos::main);
    run(delta::main);
    run(event::main);
    run(list_users::main);
    #[cfg(feature = "notifications")]
    run(notifications::main);
    run(permissions::main);
    run(upload::main);
}
