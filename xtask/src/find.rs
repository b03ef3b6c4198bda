//! `cargo xtask find`: the Rust call for a request or a docs page.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Result, ensure};
use graphdocs::generate::plan_crate;
use graphdocs::model::api::{Api, Operation};
use graphdocs::model::facts::{AccountType, ApiVersion};
use graphdocs::model::prose::Prose;
use graphdocs::plan::{CallCheck, ItemPlan, Plan, RustType, SurfaceItem, SurfaceKind, version_module};
use graphdocs::select::{self, Selection};

use crate::cli::FindOptions;
use crate::progress::Progress;
use crate::{docs, settings, sources};

/// Further operations are only counted.
const MAX_SHOWN: usize = 20;
/// How many pages a message names.
const MAX_NEAR: usize = 5;

pub(crate) fn run(options: &FindOptions, out: &mut dyn Write) -> Result<()> {
    let vocab = settings::vocab()?;
    let pages =
        sources::of_checkout(&settings::root()?, &sources::named(docs::folders(&options.docs), None), None, &vocab)?;
    let phase = Progress::phase("linking", pages.facts.len());
    let (linked, plan) = plan_crate(&pages.facts, &vocab, &settings::policy()?, &Prose::default(), &[]);
    drop(phase);
    let found = find(&options.request, &linked.api)?;
    let (calls, surface) = (calls(&plan), surface(&plan));
    for (version, operation) in found.iter().take(MAX_SHOWN) {
        let key = key(*version, operation);
        show(*version, operation, calls.get(&key).copied(), surface.get(&key).copied(), out)?;
    }
    if let Some(more @ 1..) = found.len().checked_sub(MAX_SHOWN) {
        writeln!(out, "… and {more} more; name more of the path")?;
    }
    Ok(())
}

/// The operations of a request pattern, or else of the pages with this text in their names.
fn find<'a>(text: &str, api: &'a Api) -> Result<Vec<(ApiVersion, &'a Operation)>> {
    if select::is_pattern(text)
        && let Some(selection) = Selection::parse([text])
    {
        let found = selection.of(api);
        ensure!(!found.is_empty(), "{}", selection.unmatched(api).join("; "));
        return Ok(found);
    }
    let wanted = text.trim().trim_end_matches(".md").to_ascii_lowercase();
    let all = || select::operations(api);
    let is_on = |found: &Operation, test: &dyn Fn(&str) -> bool| {
        std::iter::once(&found.page).chain(&found.also_on).any(|page| test(&page.stem().to_ascii_lowercase()))
    };
    let on_page: Vec<_> = all().filter(|(_, found)| is_on(found, &|stem| stem == wanted)).collect();
    if !on_page.is_empty() {
        return Ok(on_page);
    }
    let parts: Vec<&str> = wanted.split([' ', '-', '/', '.']).filter(|part| !part.is_empty()).collect();
    let has_all = |text: &str| parts.iter().all(|part| text.contains(part));
    let alike: Vec<_> = all()
        .filter(|(_, found)| {
            !parts.is_empty() && (is_on(found, &has_all) || has_all(&request(found).to_ascii_lowercase()))
        })
        .collect();
    let mut stems: Vec<_> = all().map(|(_, found)| found.page.stem()).collect();
    stems.sort_unstable();
    stems.dedup();
    let first = parts.first().copied().unwrap_or_default();
    let near: Vec<_> = stems.into_iter().filter(|stem| stem.contains(first)).take(MAX_NEAR).collect();
    ensure!(
        !alike.is_empty(),
        "no operation and no page is called `{text}`; give a request such as `GET /users/{{id}}` or a page such as {}",
        if near.is_empty() { "`user-get`".to_owned() } else { format!("`{}`", near.join("`, `")) }
    );
    Ok(alike)
}

/// `GET /users/{id}`
fn request(operation: &Operation) -> String {
    format!("{} {}", operation.method.as_str(), operation.path)
}

/// Module of the version, and request.
type Key = (String, String);

fn key(version: ApiVersion, operation: &Operation) -> Key {
    (version_module(version).text().to_owned(), request(operation))
}

fn calls(plan: &Plan) -> BTreeMap<Key, &CallCheck> {
    let items = plan.files.iter().flat_map(|file| &file.items);
    let checks = items.filter_map(|item| match item {
        ItemPlan::Checks(checks) => Some(checks),
        _ => None,
    });
    checks.flatten().map(|check| ((check.root.text().to_owned(), check.operation.clone()), check)).collect()
}

fn surface(plan: &Plan) -> BTreeMap<Key, &SurfaceItem> {
    let calls = plan.surface.iter().filter_map(|item| match &item.kind {
        SurfaceKind::Call { method, path, .. } => {
            Some(((item.version.clone(), format!("{} {path}", method.as_str())), item))
        }
        _ => None,
    });
    calls.collect()
}

fn show(
    version: ApiVersion,
    operation: &Operation,
    call: Option<&CallCheck>,
    item: Option<&SurfaceItem>,
    out: &mut dyn Write,
) -> Result<()> {
    let Operation { method, path, .. } = operation;
    writeln!(out, "{} /{}{path}", method.as_str(), version.segment())?;
    if let Some(call) = call {
        let chain = call.chain.iter().map(|(name, arguments)| {
            let arguments: Vec<_> = arguments.iter().map(placeholder).collect();
            format!(".{}({})", name.text(), arguments.join(", "))
        });
        writeln!(out, "  {}(){}", call.root.text(), chain.collect::<String>())?;
    }
    if let Some(SurfaceItem { kind: SurfaceKind::Call { signature, .. }, features, .. }) = item {
        writeln!(out, "  {signature}")?;
        let features: Vec<_> = features.iter().map(String::as_str).collect();
        writeln!(out, "  feature: {}", if features.is_empty() { "none".to_owned() } else { features.join(" or ") })?;
    }
    for account in AccountType::ALL {
        let permissions = operation.permissions.of(account).to_string();
        if !permissions.is_empty() {
            writeln!(out, "  {}: {permissions}", account.as_str().replace('_', " "))?;
        }
    }
    writeln!(out, "  page: {}", operation.page)?;
    Ok(())
}

fn placeholder(ty: &RustType) -> &'static str {
    match ty {
        RustType::Str | RustType::Literal => "\"…\"",
        RustType::Bool => "true",
        RustType::I32 | RustType::I64 => "1",
        RustType::F64 => "1.5",
        RustType::Reference => "reference",
        RustType::Enum(_) => "value",
        _ => "body",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphdocs::extract::{PageInput, extract_page};
    use graphdocs::source::PagePath;

    fn found(text: &str) -> std::result::Result<String, String> {
        let vocab = settings::vocab().expect("the vocabulary");
        let page = |name: &str, request: &str| {
            let path = PagePath::new(&format!("api-reference/v1.0/api/{name}.md"));
            let raw = format!("# T\n\n## HTTP request\n\n```http\n{request}\n```\n");
            extract_page(PageInput::new(&path, "en-US", raw.as_bytes()), &vocab)
        };
        let pages = [page("lamp-get", "GET /lamps/{id}"), page("lamp-delete", "DELETE /lamps/{id}")];
        let policy = graphdocs::policy::Policy::default();
        let (linked, plan) = plan_crate(&pages, &vocab, &policy, &Prose::default(), &[]);
        let found = find(text, &linked.api).map_err(|error| error.to_string())?;
        let mut out = Vec::new();
        for (version, operation) in found {
            let key = key(version, operation);
            show(version, operation, calls(&plan).get(&key).copied(), surface(&plan).get(&key).copied(), &mut out)
                .expect("written");
        }
        Ok(String::from_utf8(out).expect("text"))
    }

    #[test]
    fn a_request_leads_to_its_call() {
        let text = found("GET /lamps/{lamp-id}").expect("an operation");
        assert!(text.starts_with("GET /v1.0/lamps/{id}\n  v1().lamps().id(\"…\").get()\n  get()"), "{text}");
        assert!(
            text.contains("feature: lamps\n") && text.contains("page: api-reference/v1.0/api/lamp-get.md"),
            "{text}"
        );
        assert!(found("lamp-delete.md").expect("a page").starts_with("DELETE /v1.0/lamps/{id}\n"));
        assert_eq!(found("lamps").expect("words").matches("page:").count(), 2);
    }

    #[test]
    fn what_is_not_there_names_what_is_near() {
        assert!(found("GET /lamp/{id}").expect_err("none").contains("`GET /v1.0/lamps/{id}`"));
        assert!(found("lamp-blink").expect_err("none").contains("`lamp-delete`, `lamp-get`"));
    }
}
