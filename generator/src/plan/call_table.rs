//! The table of an area: every call with its request, its page and its least permissions.

use super::docs;
use super::layout::NodePlan;
use super::{ArgumentPlan, CallPlan, MethodKind, MethodPlan};
use crate::model::api::AccountPermissions;

const HEAD: [&str; 5] = [
    "",
    "# Calls",
    "",
    "| request | call | page | least privileged, delegated | application |",
    "|---|---|---|---|---|",
];

/// The lines of the table, as Markdown. `call` leads to the node: `users()`.
pub(super) fn lines(node: &NodePlan, call: &str) -> Vec<String> {
    let mut rows = Vec::new();
    push_rows(node, call, &mut rows);
    if rows.is_empty() { rows } else { HEAD.map(str::to_owned).into_iter().chain(rows).collect() }
}

fn push_rows(node: &NodePlan, way: &str, rows: &mut Vec<String>) {
    for method in &node.methods {
        let step = format!("{way}.{}", call_text(method));
        match &method.kind {
            MethodKind::Call(call) => rows.push(row(node, method, call, &step)),
            MethodKind::Navigate { target, .. } => {
                node.child(target).into_iter().for_each(|child| push_rows(child, &step, rows));
            }
        }
    }
}

fn row(node: &NodePlan, method: &MethodPlan, call: &CallPlan, step: &str) -> String {
    let operation = &call.operation;
    let request = docs::code(&format!("{} {}", operation.method.as_str(), operation.path));
    let link = format!("[{}]({}::{})", docs::code(step), node.builder.ident.text(), method.ident.text());
    let permissions = &operation.permissions;
    let cells = [
        request,
        link,
        docs::page_link(&operation.page, operation.version),
        least(&permissions.delegated_work),
        least(&permissions.application),
    ];
    format!("| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
}

/// `id(…)`
fn call_text(method: &MethodPlan) -> String {
    let arguments: &[ArgumentPlan] = &method.arguments;
    format!("{}({})", method.ident.text(), if arguments.is_empty() { "" } else { "…" })
}

fn least(found: &AccountPermissions) -> String {
    match found.least() {
        _ if found.supported == Some(false) => "not supported".to_owned(),
        _ if found.needs_none() => "none".to_owned(),
        Some(set) => set.0.iter().map(|name| docs::code(name)).collect::<Vec<_>>().join(" and "),
        None => String::new(),
    }
}
