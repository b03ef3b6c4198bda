//! The permission tables of a page, and the requests that each of them is about.

use super::super::{Context, Output, annotation, http_request};
use crate::markup::{BlockKind, Table, View};
use crate::model::facts::Method;
use crate::vocab::Role;

/// A permission table.
pub(super) struct Found<'p> {
    pub(super) section: usize,
    /// `None` if its include is not read.
    pub(super) table: Option<Table<'p>>,
    /// `GET /users/{id}`: the annotation or the code block before the table names them.
    pub(super) requests: Vec<String>,
}

/// Tables of the permissions sections; without such a table, permission tables above all sections.
pub(super) fn permission_tables<'p>(context: &Context<'p>, out: &mut Output<'_>) -> Vec<Found<'p>> {
    let sections: Vec<usize> = context.sections(Role::Permissions).map(|(index, _)| index).collect();
    let found: Vec<_> = sections.into_iter().flat_map(|section| tables_of(context, section, out)).collect();
    if !found.is_empty() {
        return found;
    }
    let is_permission_table = |table: &Table<'_>| {
        table.header().next().is_some_and(|label| context.words.is_permission_label_column(label.source()))
    };
    let untitled = context.page.sections.iter().enumerate().filter(|(index, _)| context.roles[*index].role.is_none());
    untitled
        .flat_map(|(section, content)| {
            let tables = context.tables(content).filter(is_permission_table);
            tables.map(move |table| Found { section, table: Some(table), requests: Vec::new() })
        })
        .collect()
}

fn tables_of<'p>(context: &Context<'p>, section: usize, out: &mut Output<'_>) -> Vec<Found<'p>> {
    let page = context.page;
    let blocks = page.sections[section].blocks.clone();
    let heading = blocks.start.checked_sub(1).map_or(0, |heading| page.blocks()[heading].at.end);
    let first = page.comments().partition_point(|comment| comment.at < heading);
    let mut comments = page.comments()[first..].iter().peekable();
    let mut found = Vec::new();
    let (mut annotated, mut shown) = (Vec::new(), Vec::new());
    for block in &page.blocks()[blocks] {
        while let Some(comment) = comments.next_if(|comment| comment.at <= block.at.start) {
            let urls = annotation::request_urls(page.comment_text(comment));
            if !urls.is_empty() {
                annotated = urls;
            }
        }
        let table = match block.kind {
            BlockKind::Fence(index) => {
                let fence = page.fence(index);
                let lines = fence.body.lines().filter_map(http_request::template_of_line);
                let before = shown.len();
                shown.extend(lines.map(|(method, path)| request(method, &path)));
                shown.truncate(annotation::MAX_REQUESTS);
                if shown.len() > before {
                    out.consume_fence(&fence);
                }
                continue;
            }
            BlockKind::Table(index) => Some(page.table(index)),
            BlockKind::Paragraph { text, .. } if is_unread_table(context, page.view(text)) => None,
            _ => continue,
        };
        let (annotated, shown) = (std::mem::take(&mut annotated), std::mem::take(&mut shown));
        let requests = if annotated.is_empty() { shown } else { annotated };
        found.push(Found { section, table, requests });
    }
    found
}

fn request(method: Method, path: &str) -> String {
    format!("{} {path}", method.as_str())
}

/// Whether a text is the directive of an include that would hold a permission table, but is not read.
fn is_unread_table(context: &Context<'_>, text: View<'_>) -> bool {
    let span = text.span();
    let after = context.unread_includes.partition_point(|unread| unread.start < span.start);
    let is_unread = context.unread_includes.get(after).is_some_and(|unread| unread.start < span.end);
    is_unread && text.links().any(|link| context.words.is_permission_include(link.destination))
}
