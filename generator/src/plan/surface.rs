//! The public surface of the client as text, one line per item, made from the plan. People review it
//! when the docs or the generator change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::type_groups::{TypeGroups, is_private};
use super::{ArgumentPlan, FilePlan, ItemPlan, MethodKind, MethodPlan, Part, RustType, TypePath};
use crate::model::api::Origin;
use crate::model::facts::Method;
use crate::names::RustIdent;

/// An item of the public surface; its text is a line of `API.txt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfaceItem {
    /// `v1`
    pub version: String,
    /// Its path below the module of the version: `users::UsersItem::get`.
    pub name: String,
    pub kind: SurfaceKind,
    /// Any of these enables the item; an empty set means always. Parts of a type have the features of the type.
    pub features: Arc<BTreeSet<String>>,
    /// The private feature of the group of a type; [`Self::features`] turn it on.
    pub group: Option<Arc<str>>,
    /// The last day on which the docs had it, if they no longer do.
    pub last_documented: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SurfaceKind {
    /// A method that leads to another builder.
    Path {
        path: String,
        signature: Signature,
    },
    /// A method that makes a request.
    Call {
        method: Method,
        path: String,
        signature: Signature,
        origin: Origin,
    },
    /// With the documented name of the type; none for parameters of actions.
    Structure {
        documented: Option<String>,
    },
    Property {
        wire: String,
        ty: String,
    },
    /// With the documented name of the type; none for the types of the values of a base type.
    Enum {
        documented: Option<String>,
    },
    Member {
        wire: String,
    },
}

/// The arguments and the result of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `get`
    pub function: String,
    /// Name and type.
    pub arguments: Vec<(String, String)>,
    pub result: String,
}

/// The public module of the items of a file.
struct PublicModule<'p> {
    /// `v1`
    version: &'p RustIdent,
    /// `users` or `types::call_records`.
    module: String,
    /// The features that enable the items.
    features: Arc<BTreeSet<String>>,
    group: Option<Arc<str>>,
}

impl PublicModule<'_> {
    fn item(&self, name: String, kind: SurfaceKind, last_documented: Option<&String>) -> SurfaceItem {
        let name = if self.module.is_empty() { name } else { format!("{}::{name}", self.module) };
        SurfaceItem {
            version: self.version.to_string(),
            name,
            kind,
            features: Arc::clone(&self.features),
            group: self.group.clone(),
            last_documented: last_documented.cloned(),
        }
    }
}

/// The items of all files of a version, sorted by their lines.
pub(super) fn items(files: &[FilePlan], groups: &TypeGroups) -> Vec<SurfaceItem> {
    let features = features_by_file(files);
    let areas = areas_by_group(groups.turns_on());
    let mut items = Vec::new();
    for file in files {
        let Some((version, module)) = file.module.split_first() else { continue };
        let module = module.iter().map(RustIdent::to_string).collect::<Vec<_>>().join("::");
        let of_file: BTreeSet<&str> = features.get(file.path.as_str()).into_iter().flatten().copied().collect();
        // A type has the feature of its group; items share the set of areas that enable it.
        let of_group = of_file.first().and_then(|feature| Some((*feature, areas.get(feature)?)));
        let (features, group) = match of_group {
            Some((group, areas)) => (Arc::clone(areas), Some(Arc::from(group))),
            None => (Arc::new(of_file.into_iter().map(str::to_owned).collect()), None),
        };
        let within = PublicModule { version, module, features, group };
        for item in &file.items {
            push_item(item, &within, &mut items);
        }
    }
    items.sort_by_cached_key(SurfaceItem::to_string);
    items.dedup();
    items
}

/// The areas that turn on a private feature, directly or indirectly.
fn areas_by_group(turns_on: &BTreeMap<String, BTreeSet<String>>) -> BTreeMap<&str, Arc<BTreeSet<String>>> {
    let mut areas: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for area in turns_on.keys().filter(|feature| !is_private(feature)) {
        let mut open: Vec<&String> = turns_on.get(area).into_iter().flatten().collect();
        while let Some(group) = open.pop() {
            if areas.entry(group).or_default().insert(area.clone()) {
                open.extend(turns_on.get(group).into_iter().flatten());
            }
        }
    }
    areas.into_iter().map(|(group, areas)| (group, Arc::new(areas))).collect()
}

/// A file is compiled with the features of its module declaration, or of a parent module.
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

fn push_item(item: &ItemPlan, within: &PublicModule<'_>, items: &mut Vec<SurfaceItem>) {
    match item {
        ItemPlan::Methods { ident, methods } => {
            items.extend(methods.iter().map(|method| method_item(ident, method, within)));
        }
        ItemPlan::Structure(part, structure) if part.has(Part::Declaration) => {
            let documented = structure
                .qualified_name
                .as_deref()
                .map(|name| name.strip_prefix("microsoft.graph.").unwrap_or(name).to_owned());
            let (kind, last) = (SurfaceKind::Structure { documented }, structure.last_documented.as_ref());
            items.push(within.item(structure.ident.to_string(), kind, last));
            items.extend(structure.properties.iter().map(|property| {
                let kind = SurfaceKind::Property { wire: property.wire.clone(), ty: property.ty.to_string() };
                let name = format!("{}::{}", structure.ident, property.ident);
                within.item(name, kind, property.last_documented.as_ref())
            }));
        }
        ItemPlan::Enum(part, enumeration) if part.has(Part::Declaration) => {
            let documented = enumeration.documented.clone();
            let (kind, last) = (SurfaceKind::Enum { documented }, enumeration.last_documented.as_ref());
            items.push(within.item(enumeration.ident.to_string(), kind, last));
            items.extend(enumeration.members.iter().map(|member| {
                let kind = SurfaceKind::Member { wire: member.wire.clone() };
                let name = format!("{}::{}", enumeration.ident, member.ident);
                within.item(name, kind, member.last_documented.as_ref())
            }));
        }
        ItemPlan::Root { .. }
        | ItemPlan::Builder(_)
        | ItemPlan::Structure(..)
        | ItemPlan::Enum(..)
        | ItemPlan::Checks(_)
        | ItemPlan::Secrets(_)
        | ItemPlan::CheckRoot { .. }
        | ItemPlan::Examples(_)
        | ItemPlan::ExampleRoot { .. } => {}
    }
}

fn method_item(builder: &RustIdent, method: &MethodPlan, within: &PublicModule<'_>) -> SurfaceItem {
    let arguments = method.arguments.iter().map(|ArgumentPlan { ident, ty }| (ident.to_string(), ty.to_string()));
    let arguments = arguments.collect();
    let function = method.ident.to_string();
    let kind = match &method.kind {
        MethodKind::Navigate { path, target } => SurfaceKind::Path {
            path: path.clone(),
            signature: Signature { function, arguments, result: RustType::Named(target.clone()).to_string() },
        },
        MethodKind::Call(planned) => SurfaceKind::Call {
            method: planned.operation.method,
            path: planned.operation.path.clone(),
            signature: Signature { function, arguments, result: planned.response.to_string() },
            origin: planned.operation.origin,
        },
    };
    let last_documented = match &method.kind {
        MethodKind::Navigate { .. } => None,
        MethodKind::Call(planned) => planned.last_documented.as_ref(),
    };
    let mut item = within.item(format!("{builder}::{}", method.ident), kind, last_documented);
    if let Some(feature) = &method.feature {
        item.features = Arc::new(BTreeSet::from([feature.clone()]));
    }
    item
}

/// `v1 GET /users/{id} → get() -> types::User [users]`
impl std::fmt::Display for SurfaceItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { version, name, kind, features, group, last_documented } = self;
        match kind {
            SurfaceKind::Path { path, signature } => write!(f, "{version} path {path} → {signature}")?,
            SurfaceKind::Call { method, path, signature, .. } => {
                write!(f, "{version} {} {path} → {signature}", method.as_str())?;
            }
            SurfaceKind::Structure { .. } => write!(f, "{version} struct {name}")?,
            SurfaceKind::Enum { .. } => write!(f, "{version} enum {name}")?,
            SurfaceKind::Property { ty, .. } => write!(f, "{version} property {name}: {ty}")?,
            SurfaceKind::Member { wire } => write!(f, "{version} member {name} = {wire}")?,
        }
        let is_part = matches!(kind, SurfaceKind::Property { .. } | SurfaceKind::Member { .. });
        let of_group = group.iter().map(|group| &**group);
        let features = of_group.chain(features.iter().map(String::as_str).filter(|_| group.is_none()));
        let mut features = features.filter(|_| !is_part);
        if let Some(first) = features.next() {
            write!(f, " [{first}")?;
            features.try_for_each(|feature| write!(f, ", {feature}"))?;
            f.write_str("]")?;
        }
        match kind {
            SurfaceKind::Call { origin, .. } => origin.mark().map_or(Ok(()), |mark| write!(f, " ({mark})"))?,
            SurfaceKind::Enum { documented: None } => write!(f, " (with `{}`)", crate::names::FEATURE)?,
            _ => {}
        }
        last_documented.as_ref().map_or(Ok(()), |day| write!(f, " (last documented on {day})"))
    }
}

/// `get(id: &str) -> types::User`
impl std::fmt::Display for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { function, arguments, result } = self;
        write!(f, "{function}(")?;
        for (index, (name, ty)) in arguments.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{name}: {ty}")?;
        }
        write!(f, ") -> {result}")
    }
}

/// The type without the module of the version: `Collection<types::User>`.
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
            Self::Change(item) => write!(f, "Change<{item}>"),
            Self::Single(value) => write!(f, "Single<{value}>"),
            Self::Option(value) => write!(f, "Option<{value}>"),
            Self::Named(path) | Self::Enum(path) => f.write_str(&relative(path)),
            Self::Literal => f.write_str("impl AsRef<str>"),
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
            needs_names: false,
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
            allows_deprecated: false,
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
