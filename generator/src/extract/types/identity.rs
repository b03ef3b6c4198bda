//! The name, kind and base type of a type.

use std::collections::BTreeSet;

use super::{name_in_heading, title};
use crate::diag::{codes, quoted};
use crate::extract::annotation::{Annotation, BlockType};
use crate::extract::{Context, Output, type_expression};
use crate::markup::{BlockKind, Fence, Table, View};
use crate::model::facts::{BaseType, PageKind, TypeFacts, TypeKind};
use crate::source::Span;
use crate::vocab::Role;

/// Adds the types that annotations or else the title name, and returns the block that shows each of
/// them.
///
/// Further blocks of the same type are examples.
pub(super) fn extract_identities<'p>(context: &Context<'p>, out: &mut Output<'_>) -> Vec<(usize, Fence<'p>)> {
    let mut shapes = Vec::new();
    let mut names: BTreeSet<String> = out.facts.types.iter().map(|known| known.name.clone()).collect();
    if out.facts.kind == PageKind::Enum {
        return shapes;
    }
    for (index, annotation) in context.annotations.iter().enumerate() {
        let Some(annotation) = annotation.as_ref().filter(|found| found.block_type == BlockType::Resource) else {
            continue;
        };
        let fence = context.page.fence(u32::try_from(index).unwrap_or_default());
        let name = match annotation.odata_type().and_then(type_name) {
            Some(name) => name.to_owned(),
            None => match name_by_title(context, fence.span, out) {
                Some(name) => name,
                None => continue,
            },
        };
        if names.insert(name.clone()) {
            let line = out.line(fence.span);
            let mut ty = annotated(name, annotation, line);
            if shapes.is_empty() {
                ty.titled = titled(context, &ty.name, out);
                set_base(context, &mut ty, annotation.str("baseType").and_then(type_name), fence.span, out);
            }
            shapes.push((out.facts.types.len(), fence));
            out.facts.types.push(ty);
        }
    }
    if shapes.is_empty() && out.facts.kind == PageKind::Resource {
        shapes.extend(extract_unannotated(context, out));
    }
    shapes
}

/// For a page with tables or a JSON representation but no annotation: the title names the type.
fn extract_unannotated<'p>(context: &Context<'p>, out: &mut Output<'_>) -> Option<(usize, Fence<'p>)> {
    let span = title(context.page)?.span;
    let name = name_by_title(context, span, out)?;
    let mut ty = TypeFacts { namespace: namespace(context), line: out.line(span), ..new_type(name, TypeKind::Complex) };
    set_base(context, &mut ty, None, span, out);
    out.facts.types.push(ty);
    let shown = context.sections(Role::JsonRepresentation).flat_map(|(_, section)| context.fences(section));
    shown.into_iter().next().map(|fence| (0, fence))
}

fn name_by_title(context: &Context<'_>, span: Span, out: &mut Output<'_>) -> Option<String> {
    let name = name_in_heading(context.page, title(context.page)?)?;
    let message = format!("no annotation names this type; the title calls it {}", quoted(&name));
    out.sink.report(&codes::TYPE_WITHOUT_ANNOTATION, span, message);
    Some(name)
}

/// The sub-namespace that the annotation of an enumeration states, in which the page gives it the same name.
pub(super) fn annotated_namespace(context: &Context<'_>, name: &str) -> Option<String> {
    let names = context.annotations.iter().flatten().filter_map(|annotation| type_name(annotation.odata_type()?));
    let mut parts = names.filter_map(|full| full.rsplit_once('.'));
    parts.find(|(_, last)| last.eq_ignore_ascii_case(name)).map(|(namespace, _)| namespace.to_owned())
}

/// The name that title and page give the type, if the annotation gives another one.
fn titled(context: &Context<'_>, annotated: &str, out: &Output<'_>) -> Option<String> {
    let title = title(context.page).filter(|title| context.words.is_resource_title(&title.slug))?;
    let name = name_in_heading(context.page, title)?;
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    let is_called_so =
        out.facts.path.stem().rsplit('-').next().is_some_and(|end| end.eq_ignore_ascii_case(&last(&name)));
    (is_called_so && last(&name) != last(annotated)).then(|| match namespace(context) {
        Some(namespace) if !name.contains('.') => format!("{namespace}.{name}"),
        _ => type_name(&name).unwrap_or(&name).to_owned(),
    })
}

/// `#microsoft.graph.callRecords.callRecord` → `callRecords.callRecord`.
fn type_name(full: &str) -> Option<&str> {
    const NAMESPACE: &str = "microsoft.graph.";
    let full = full.trim().trim_start_matches('#');
    let full = full.strip_prefix("Collection(").map_or(full, |inner| inner.trim_end_matches(')'));
    let name = match full.get(..NAMESPACE.len()) {
        Some(start) if start.eq_ignore_ascii_case(NAMESPACE) => &full[NAMESPACE.len()..],
        _ => full,
    };
    (!name.is_empty()).then_some(name)
}

pub(super) fn new_type(name: String, kind: TypeKind) -> TypeFacts {
    TypeFacts {
        name,
        kind,
        namespace: None,
        key: None,
        base: None,
        is_open: false,
        is_abstract: false,
        is_media: false,
        deprecated: None,
        last_documented: None,
        properties: Vec::new(),
        relationships: Vec::new(),
        annotations: Vec::new(),
        inner_properties: Vec::new(),
        titled: None,
        derived: Vec::new(),
        members: Vec::new(),
        shown: Vec::new(),
        line: 0,
    }
}

fn annotated(name: String, annotation: &Annotation, line: u32) -> TypeFacts {
    let flag = |key| annotation.bool(key) == Some(true);
    let key = annotation.str("keyProperty").map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned);
    let kind = if key.is_some() { TypeKind::Entity } else { TypeKind::Complex };
    TypeFacts {
        key,
        is_open: flag("openType"),
        is_abstract: flag("abstract") || flag("isAbstract"),
        is_media: flag("isMediaEntity"),
        line,
        ..new_type(name, kind)
    }
}

/// The text takes precedence over the annotation.
fn set_base(context: &Context<'_>, ty: &mut TypeFacts, annotated: Option<&str>, span: Span, out: &mut Output<'_>) {
    let stated = stated_base(context);
    if let (Some((base, at)), Some(annotated)) = (&stated, annotated) {
        let last = annotated.rsplit('.').next().unwrap_or(annotated);
        let names_it = |name: &str| last.eq_ignore_ascii_case(name.rsplit(['.', '-']).next().unwrap_or(name));
        if !names_it(&base.name) && !base.target.as_deref().is_some_and(names_it) {
            let message = format!(
                "the text says that {} inherits from {}, but the annotation in line {} says {}",
                quoted(&ty.name),
                quoted(&base.name),
                out.line(span),
                quoted(annotated),
            );
            out.sink.report(&codes::BASE_CONFLICT, *at, message);
        }
    }
    ty.base = stated
        .map(|(base, _)| base)
        .or_else(|| annotated.map(|name| BaseType { name: name.to_owned(), target: None }))
        .filter(|base| base.name != ty.name);
}

/// "Inherits from [x](x.md)" between the title and the first section.
fn stated_base(context: &Context<'_>) -> Option<(BaseType, Span)> {
    let stated = |text: View<'_>| {
        Some((base_in(text, context.words.inherits(&text.source().to_ascii_lowercase())?)?, text.span()))
    };
    let above = context.page.sections.iter().take_while(|section| section.level < 2);
    above.flat_map(|section| context.texts(section)).find_map(stated).or_else(|| {
        // "The following properties are inherited from x." above a table.
        let sections = context.sections(Role::Properties).map(|(_, section)| section);
        sections.flat_map(|section| context.texts(section)).find_map(stated)
    })
}

/// Sets the base type if the page does not state it, but all inherited properties come from one
/// type.
pub(super) fn set_base_by_rows(out: &mut Output<'_>) {
    let Some(ty) = out.facts.types.first_mut().filter(|ty| ty.base.is_none()) else { return };
    let mut inherited = ty.properties.iter().filter_map(|property| property.inherited_from.as_ref());
    let Some(base) = inherited.next().filter(|base| **base != ty.name) else { return };
    if inherited.all(|other| other == base) {
        ty.base = Some(BaseType { name: base.clone(), target: None });
    }
}

/// The one property that its row calls the key, where no annotation names any and none is called like Graph's keys.
/// Only what has a key is an entity.
pub(super) fn set_key_by_rows(out: &mut Output<'_>) {
    let Some(ty) = out.facts.types.first_mut().filter(|ty| ty.key.is_none() && ty.kind != TypeKind::Enum) else {
        return;
    };
    let mut keys = ty.properties.iter().filter(|property| property.is_key);
    if let (Some(key), None) = (keys.next(), keys.next()) {
        let has_id = ty.properties.iter().any(|property| property.name == "id");
        ty.key = if has_id { None } else { Some(key.name.clone()) };
        ty.kind = TypeKind::Entity;
    }
}

/// Reads a table of types that inherit from the type of the page.
pub(super) fn extract_derived(table: Table<'_>, out: &mut Output<'_>) {
    let Some(ty) = out.facts.types.first_mut() else { return };
    let names = table.rows().filter_map(|row| identifier(row.cell(0)?.source()).map(str::to_owned));
    ty.derived.extend(names);
}

/// The base type directly after the phrase, as a link or an identifier.
pub(super) fn base_in(text: View<'_>, from: usize) -> Option<BaseType> {
    let source = text.source();
    let is_blank = |between: &str| between.split_whitespace().all(|word| word.len() <= 3);
    if let Some(link) = text.links().find(|link| link.start >= from && is_blank(&source[from..link.start])) {
        let target = type_expression::page_stem(link.destination);
        let name = match identifier(link.text) {
            Some(name) => name.to_owned(),
            None => joined(link.text, target?),
        };
        return Some(BaseType { name, target: target.map(str::to_owned) });
    }
    let word = source[from..].split_whitespace().next()?;
    let name = identifier(word.trim_end_matches(['.', ',', ';', ')', ':']))?;
    // Anything not in camel case may be an ordinary word.
    let is_camel = name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase()) || name.contains('.');
    let is_marked = || text.code_spans().chain(text.marked(crate::markup::MarkKind::Strong)).any(|mark| mark == name);
    (is_camel || is_marked()).then(|| BaseType { name: type_name(name).unwrap_or(name).to_owned(), target: None })
}

fn identifier(text: &str) -> Option<&str> {
    let text = text.trim().trim_matches(['*', '`']);
    let is_identifier = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    if is_identifier { type_name(text) } else { None }
}

/// `Sea Data` that leads to `seadata.md` becomes `seaData`; other phrases get the name of the page.
fn joined(phrase: &str, stem: &str) -> String {
    let page = stem.rsplit('-').next().unwrap_or(stem);
    let mut name: String = phrase.split_whitespace().collect();
    if !name.eq_ignore_ascii_case(page) {
        return page.to_owned();
    }
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

/// The sub-namespace of a page: `termStore` for "Namespace: microsoft.graph.termStore".
pub(super) fn namespace(context: &Context<'_>) -> Option<String> {
    let above = context.page.sections.iter().take_while(|section| section.level < 2);
    let words = above.flat_map(|section| &context.page.blocks()[section.blocks.clone()]).filter_map(|block| {
        let BlockKind::Paragraph { text, .. } = block.kind else { return None };
        let text = context.page.view(text).source();
        if text.len() < 80 { text.rsplit([' ', ':', '：', '\u{a0}']).next() } else { None }
    });
    words
        .into_iter()
        .find_map(|word| word.strip_prefix("microsoft.graph."))
        .filter(|rest| !rest.is_empty())
        .map(str::to_owned)
}
