//! The public surface of the client as text, one line per item, made from the plan that is emitted: what
//! people review when the docs or the generator change.

use std::collections::{BTreeMap, BTreeSet};

use super::{ArgumentPlan, FilePlan, ItemPlan, MethodKind, MethodPlan, Part, RustType, TypePath};
use crate::names::RustIdent;

/// Where the lines of a file belong.
struct Place<'p> {
    /// `v1`
    version: &'p RustIdent,
    /// `users` or `types::call_records`.
    module: String,
    /// ` [users]`: the features that turn the items on.
    features: String,
}

/// The lines of all files, sorted.
pub(super) fn lines(files: &[FilePlan]) -> Vec<String> {
    let features = features_by_file(files);
    let mut lines = Vec::new();
    for file in files {
        let Some((version, module)) = file.module.split_first() else { continue };
        let module = module.iter().map(RustIdent::to_string).collect::<Vec<_>>().join("::");
        let of_file = features.get(file.path.as_str()).into_iter().flatten().copied().collect::<Vec<_>>();
        let features = if of_file.is_empty() { String::new() } else { format!(" [{}]", of_file.join(", ")) };
        let place = Place { version, module, features };
        for item in &file.items {
            push_item(item, &place, &mut lines);
        }
    }
    lines.sort();
    lines.dedup();
    lines
}

/// A file is compiled with the features of the module that names it, or of a module above.
fn features_by_file(files: &[FilePlan]) -> BTreeMap<&str, BTreeSet<&str>> {
    let by_path: BTreeMap<&str, &FilePlan> = files.iter().map(|file| (file.path.as_str(), file)).collect();
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    // Parents sort before the files below them once the extension is gone.
    let mut sorted: Vec<&FilePlan> = files.iter().collect();
    sorted.sort_by_key(|file| file.path.trim_end_matches(".rs"));
    for file in sorted {
        let inherited = found.get(file.path.as_str()).cloned().unwrap_or_default();
        for module in &file.modules {
            let child = format!("{}/{}.rs", file.path.trim_end_matches(".rs"), module.ident.text());
            let Some((child, _)) = by_path.get_key_value(child.as_str()) else { continue };
            let own: BTreeSet<&str> = module.features.iter().map(String::as_str).collect();
            found.insert(child, if own.is_empty() { inherited.clone() } else { own });
        }
    }
    found
}

fn push_item(item: &ItemPlan, place: &Place<'_>, lines: &mut Vec<String>) {
    let Place { version, module, features } = place;
    match item {
        ItemPlan::Methods { methods, .. } => lines.extend(methods.iter().map(|method| method_line(method, place))),
        ItemPlan::Structure(part, structure) if part.has(Part::Declaration) => {
            let ty = format!("{module}::{}", structure.ident);
            lines.push(format!("{version} struct {ty}{features}"));
            let properties = structure.properties.iter();
            lines.extend(
                properties.map(|property| format!("{version} property {ty}::{}: {}", property.ident, property.ty)),
            );
        }
        ItemPlan::Enum(part, enumeration) if part.has(Part::Declaration) => {
            let ty = format!("{module}::{}", enumeration.ident);
            lines.push(format!("{version} enum {ty}{features}"));
            let members = enumeration.members.iter();
            lines.extend(members.map(|member| format!("{version} member {ty}::{} = {}", member.ident, member.wire)));
        }
        ItemPlan::Root { .. }
        | ItemPlan::Builder(_)
        | ItemPlan::Structure(..)
        | ItemPlan::Enum(..)
        | ItemPlan::Checks(_)
        | ItemPlan::CheckRoot
        | ItemPlan::Examples(_)
        | ItemPlan::ExampleRoot { .. } => {}
    }
}

/// `v1 GET /users/{id} → get() -> types::User [users]`
fn method_line(method: &MethodPlan, Place { version, features, .. }: &Place<'_>) -> String {
    let arguments = method.arguments.iter().map(|ArgumentPlan { ident, ty }| format!("{ident}: {ty}"));
    let call = format!("{}({})", method.ident, arguments.collect::<Vec<_>>().join(", "));
    let of_method = method.feature.as_ref().map(|feature| format!(" [{feature}]"));
    let features = of_method.as_ref().unwrap_or(features);
    match &method.kind {
        MethodKind::Navigate { path, target } => {
            format!("{version} path {path} → {call} -> {}{features}", RustType::Named(target.clone()))
        }
        MethodKind::Call(planned) => {
            let operation = &planned.operation;
            let (http_method, path) = (operation.method.as_str(), &operation.path);
            let mark = operation.origin.mark().map(|mark| format!(" ({mark})")).unwrap_or_default();
            format!("{version} {http_method} {path} → {call} -> {}{features}{mark}", planned.response)
        }
    }
}

/// As types read without the version: `Collection<types::User>`.
impl std::fmt::Display for RustType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unit => f.write_str("()"),
            Self::Str => f.write_str("&str"),
            Self::String => f.write_str("String"),
            Self::Bool => f.write_str("bool"),
            Self::I32 => f.write_str("i32"),
            Self::I64 => f.write_str("i64"),
            Self::F64 => f.write_str("f64"),
            Self::Json => f.write_str("Value"),
            Self::Bytes => f.write_str("Bytes"),
            Self::Body => f.write_str("Body"),
            Self::Edm(name) => write!(f, "edm::{name}"),
            Self::Vec(item) => write!(f, "Vec<{item}>"),
            Self::Box(value) => write!(f, "Box<{value}>"),
            Self::Nested(value) => write!(f, "Nested<{value}>"),
            Self::Collection(item) => write!(f, "Collection<{item}>"),
            Self::Single(value) => write!(f, "Single<{value}>"),
            Self::Option(value) => write!(f, "Option<{value}>"),
            Self::Named(path) => f.write_str(&relative(path)),
            Self::Reference => f.write_str("impl Into<Reference>"),
            Self::Is(path) => write!(f, "impl Is<{}>", relative(path)),
        }
    }
}

/// Without the module of the version.
fn relative(TypePath(parts): &TypePath) -> String {
    parts.iter().skip(1).map(RustIdent::to_string).collect::<Vec<_>>().join("::")
}

#[cfg(test)]
mod tests {
    use super::super::{ModulePlan, Visibility};
    use super::*;
    use crate::names::{Case, ident};

    fn file(path: &str, modules: &[(&str, &[&str])]) -> FilePlan {
        let name = |text: &str| ident(text, Case::Snake).expect("a name");
        let modules = modules.iter().map(|(module, features)| ModulePlan {
            ident: name(module),
            features: features.iter().map(|feature| (*feature).to_owned()).collect(),
            visibility: Visibility::Flattened,
        });
        FilePlan {
            path: path.to_owned(),
            module: vec![name("v1")],
            origin: String::new(),
            pages: BTreeSet::new(),
            docs: Vec::new(),
            modules: modules.collect(),
            items: Vec::new(),
        }
    }

    #[test]
    fn files_have_the_features_of_the_nearest_module_that_has_any() {
        let files = [
            file("src/v1.rs", &[("lamps", &["lamps"]), ("types", &[])]),
            file("src/v1/lamps.rs", &[("bulbs", &[])]),
            file("src/v1/lamps/bulbs.rs", &[]),
            file("src/v1/types.rs", &[("of_lamps_and_doors", &["doors", "lamps"])]),
            file("src/v1/types/of_lamps_and_doors.rs", &[]),
        ];
        let found = features_by_file(&files);
        let of = |path| found.get(path).into_iter().flatten().copied().collect::<Vec<_>>().join(" ");
        assert_eq!(of("src/v1/lamps/bulbs.rs"), "lamps");
        assert_eq!(of("src/v1/types.rs"), "");
        assert_eq!(of("src/v1/types/of_lamps_and_doors.rs"), "doors lamps");
    }
}
