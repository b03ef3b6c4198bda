//! Permissions that single properties need: `### Permissions for specific scenarios`.

use super::deprecation::identifier;
use super::permission_cell::is_scope;
use super::{Context, Output};
use crate::markup::{BlockKind, Container, MarkKind, View};
use crate::model::facts::{AccountType, PermissionRow, PermissionVariant};
use crate::vocab::Role;

/// Reads the items that name a permission and, in bold, the properties that it is for. An item that ends with a colon
/// names the properties for the items below it.
pub(super) fn extract_scenarios(context: &Context<'_>, out: &mut Output<'_>) {
    for (_, section) in context.sections(Role::Permissions).filter(|(_, section)| section.level > 2) {
        let mut outer: Vec<String> = Vec::new();
        for block in &context.page.blocks()[section.blocks.clone()] {
            let BlockKind::Paragraph { text, container: Container::Item } = block.kind else {
                outer.clear();
                continue;
            };
            let view = context.page.view(text);
            let own: Vec<String> = view.marked(MarkKind::Strong).filter_map(identifier).map(str::to_owned).collect();
            if view.source().trim_end().ends_with(':') {
                outer = own;
                continue;
            }
            let properties = if own.is_empty() { &outer } else { &own };
            add(context, view, properties, out);
        }
    }
}

fn add(context: &Context<'_>, view: View<'_>, properties: &[String], out: &mut Output<'_>) {
    let names = view.marked(MarkKind::Emphasis).map(str::trim).filter(|name| is_scope(name));
    let scopes: Vec<String> = names.map(str::to_owned).collect();
    if scopes.is_empty() || properties.is_empty() {
        return;
    }
    // `*A* + *B*` names a combination; other items name one permission.
    let is_combined = context.words.is_combination(view.source());
    let alternatives =
        if is_combined { vec![scopes.clone()] } else { scopes.iter().map(|scope| vec![scope.clone()]).collect() };
    let line = out.line(view.span());
    let row = PermissionRow { scopes, alternatives, supported: Some(true), line, ..PermissionRow::default() };
    let accounts: &[AccountType] = match context.words.scenario_accounts(view.source()) {
        (true, false) => &[AccountType::DelegatedWork],
        (false, true) => &[AccountType::Application],
        _ => &[AccountType::DelegatedWork, AccountType::Application],
    };
    for &account in accounts {
        out.facts.permission_variants.push(PermissionVariant {
            context: properties.join(", "),
            properties: properties.to_vec(),
            requests: Vec::new(),
            account,
            row: row.clone(),
            line,
        });
    }
}
