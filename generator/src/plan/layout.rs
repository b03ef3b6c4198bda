//! Distributes items over files.
//!
//! Users do not see this: files are private modules whose items are re-exported, so that items can move
//! out of a file that is too big and keep their public names.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    BuilderPlan, FilePlan, ItemPlan, MemberPlan, MethodKind, MethodPlan, ModulePlan, Part, Plan, TypePath, Visibility,
    docs,
};
use crate::names::{self, Case, RustIdent, Scope};
use crate::source::PagePath;

/// Files may have 1,500 lines, but their length is only estimated.
const MAX_LINES: usize = 1_200;

/// A path node and everything below it.
pub(super) struct NodePlan {
    /// The name of the file if the node gets its own.
    pub(super) file: String,
    /// As documented.
    pub(super) path: String,
    /// The pages of its own operations.
    pub(super) pages: BTreeSet<PagePath>,
    pub(super) builder: BuilderPlan,
    pub(super) methods: Vec<MethodPlan>,
    pub(super) children: Vec<NodePlan>,
    /// By the name of their types.
    pub(super) places: BTreeMap<RustIdent, usize>,
}

impl NodePlan {
    /// The child that a step leads to.
    pub(super) fn child(&self, target: &TypePath) -> Option<&Self> {
        let ident = target.0.last()?;
        let place = *self.places.get(ident)?;
        self.children.get(place)
    }

    /// The places of the children by the names of their types.
    pub(super) fn places(children: &[Self]) -> BTreeMap<RustIdent, usize> {
        children.iter().enumerate().map(|(place, child)| (child.builder.ident.clone(), place)).collect()
    }

    fn own_lines(&self) -> usize {
        10 + self.methods.iter().map(method_lines).sum::<usize>()
    }

    fn lines(&self) -> usize {
        self.own_lines() + self.children.iter().map(Self::lines).sum::<usize>()
    }
}

/// The files of a node. `stem` is the path of its main file, without `.rs`; the others are below it.
/// All items are public in `module`. `more_docs` follow the usual line in the main file.
pub(super) fn node_files(
    node: NodePlan,
    more_docs: Vec<String>,
    stem: &str,
    module: &[RustIdent],
    files: &mut Vec<FilePlan>,
) {
    let child_lines: Vec<usize> = node.children.iter().map(NodePlan::lines).collect();
    let mut lines = node.own_lines() + child_lines.iter().sum::<usize>();
    let NodePlan { path, mut pages, builder, methods, children, .. } = node;
    // The biggest children move out until the rest fits.
    let mut by_size: Vec<usize> = (0..children.len()).collect();
    by_size.sort_by_key(|at| std::cmp::Reverse(child_lines[*at]));
    let mut is_out = vec![false; children.len()];
    for at in by_size {
        if lines <= MAX_LINES {
            break;
        }
        is_out[at] = true;
        lines -= child_lines[at];
    }
    let mut scope = Scope::default();
    let mut modules = Vec::new();
    let mut kept = Vec::new();
    for (child, is_out) in children.into_iter().zip(is_out) {
        let Some(ident) = is_out.then(|| names::claim_own(&mut scope, &child.file, Case::Module)).flatten() else {
            kept.push(child);
            continue;
        };
        node_files(child, Vec::new(), &format!("{stem}/{}", ident.text()), module, files);
        modules.push(flattened(ident));
    }
    let ident = builder.ident.clone();
    let mut items = vec![ItemPlan::Builder(builder)];
    let by_stem = by_stem(&pages);
    for (at, methods) in pack(methods, method_lines).into_iter().enumerate() {
        if at == 0 {
            items.push(ItemPlan::Methods { ident: ident.clone(), methods });
            continue;
        }
        let name = methods.first().map_or("more", |method| method.ident.text());
        let Some(part) = names::claim_own(&mut scope, &format!("from {name}"), Case::Module) else { continue };
        let pages = pages_of(&methods, &by_stem);
        files.push(FilePlan {
            path: format!("{stem}/{}.rs", part.text()),
            module: module.to_vec(),
            origin: origin(&pages, &path),
            pages,
            docs: vec![format!("More of {}.", docs::code(&path))],
            modules: Vec::new(),
            items: vec![ItemPlan::Methods { ident: ident.clone(), methods }],
            allows_deprecated: false,
        });
        modules.push(ModulePlan::private(part));
    }
    for child in kept {
        append(child, &mut items, &mut pages);
    }
    files.push(FilePlan {
        path: format!("{stem}.rs"),
        module: module.to_vec(),
        origin: origin(&pages, &path),
        pages,
        docs: [format!("{} and the paths below it.", docs::code(&path))].into_iter().chain(more_docs).collect(),
        modules,
        items,
        allows_deprecated: false,
    });
}

/// Pages by the names of their files.
fn by_stem(pages: &BTreeSet<PagePath>) -> BTreeMap<&str, Vec<&PagePath>> {
    let mut by_stem: BTreeMap<&str, Vec<&PagePath>> = BTreeMap::new();
    pages.iter().for_each(|page| by_stem.entry(page.stem()).or_default().push(page));
    by_stem
}

/// The pages of some calls.
fn pages_of(methods: &[MethodPlan], by_stem: &BTreeMap<&str, Vec<&PagePath>>) -> BTreeSet<PagePath> {
    let stem = |method: &'_ MethodPlan| match &method.kind {
        MethodKind::Call(call) => by_stem.get(call.operation.page.as_str()),
        MethodKind::Navigate { .. } => None,
    };
    methods.iter().filter_map(stem).flatten().copied().cloned().collect()
}

/// Adds a node and everything below it.
fn append(node: NodePlan, items: &mut Vec<ItemPlan>, pages: &mut BTreeSet<PagePath>) {
    let ident = node.builder.ident.clone();
    items.push(ItemPlan::Builder(node.builder));
    items.push(ItemPlan::Methods { ident, methods: node.methods });
    pages.extend(node.pages);
    for child in node.children {
        append(child, items, pages);
    }
}

/// A type that gets a file.
pub(super) struct TypeItem {
    pub(super) ident: RustIdent,
    /// The page that the file is made from.
    pub(super) page: PagePath,
    /// That page and those that add to it.
    pub(super) pages: BTreeSet<PagePath>,
    /// Any of these enables the type.
    pub(super) features: BTreeSet<String>,
    pub(super) item: ItemPlan,
}

/// A module that contains only types.
pub(super) struct Namespace<'a> {
    pub(super) module: &'a [RustIdent],
    /// The origin of its files, for their first lines.
    pub(super) origin: &'a str,
    pub(super) docs: &'a str,
}

/// The files of a namespace: each type has a file of its name in a folder for its first letter, and nothing else
/// affects its place. Namespaces inside it are submodules.
pub(super) fn namespace_files(
    Namespace { module, origin, docs }: &Namespace<'_>,
    mut types: Vec<TypeItem>,
    namespaces: &[Vec<RustIdent>],
    plan: &mut Plan,
) {
    let folder = format!("src/{}", module.iter().map(RustIdent::text).collect::<Vec<_>>().join("/"));
    let index = |path: String, docs: String, modules: Vec<ModulePlan>| FilePlan {
        path: format!("{path}.rs"),
        module: module.to_vec(),
        origin: (*origin).to_owned(),
        pages: BTreeSet::new(),
        docs: vec![docs],
        modules,
        items: Vec::new(),
        allows_deprecated: false,
    };
    let inner = namespaces.iter().filter(|other| other.len() == module.len() + 1 && other.starts_with(module));
    let mut modules: Vec<_> = inner.map(|inner| ModulePlan::public(inner[module.len()].clone())).collect();
    types.sort_by(|left, right| left.ident.cmp(&right.ident));
    let mut by_letter: BTreeMap<String, Vec<TypeItem>> = BTreeMap::new();
    for ty in types {
        by_letter.entry(ty.ident.text().chars().take(1).collect()).or_default().push(ty);
    }
    for (letter, types) in by_letter {
        let letter_ident = super::expect_ident(&letter, Case::Module);
        let stem = format!("{folder}/{}", letter_ident.text());
        let mut scope = Scope::default();
        let mut of_letter = Vec::new();
        for ty in types {
            let Some(ident) = names::claim_own(&mut scope, ty.ident.text(), Case::Module) else { continue };
            let visibility = Visibility::Holds(ty.ident.clone());
            // Those of a base type are names, not types that values are read as.
            let needs_names = matches!(&ty.item, ItemPlan::Enum(_, plan) if plan.documented.is_none());
            of_letter.push(ModulePlan { ident: ident.clone(), features: ty.features.clone(), needs_names, visibility });
            type_files(&format!("{stem}/{}", ident.text()), module, ty, &mut plan.files);
        }
        plan.files.push(index(stem, format!("Types whose names start with {}.", docs::code(&letter)), of_letter));
        modules.push(flattened(letter_ident));
    }
    plan.files.push(index(folder, (*docs).to_owned(), modules));
}

/// The file of a type; for a big one, names and JSON are in files below it.
fn type_files(stem: &str, module: &[RustIdent], ty: TypeItem, files: &mut Vec<FilePlan>) {
    let file = |path: String, modules: Vec<ModulePlan>, item: ItemPlan| FilePlan {
        path,
        module: module.to_vec(),
        origin: ty.page.to_string(),
        pages: ty.pages.clone(),
        docs: vec![docs::code(ty.ident.text())],
        modules,
        items: vec![item],
        allows_deprecated: false,
    };
    if type_lines(&ty.item) <= MAX_LINES {
        files.push(file(format!("{stem}.rs"), Vec::new(), ty.item));
        return;
    }
    let (mut modules, mut declaration) = (Vec::new(), None);
    for (part, item) in in_parts(&ty.item) {
        let name = match part {
            Part::Names => "names",
            Part::Json => "json",
            Part::Whole | Part::Declaration => {
                declaration = Some(item);
                continue;
            }
        };
        let ident = super::expect_ident(name, Case::Snake);
        // The names of properties are optional; those of members are not.
        let needs_names = matches!(item, ItemPlan::Structure(Part::Names, _));
        files.push(file(format!("{stem}/{name}.rs"), Vec::new(), item));
        modules.push(ModulePlan { ident, features: BTreeSet::new(), needs_names, visibility: Visibility::Private });
    }
    files.extend(declaration.map(|item| file(format!("{stem}.rs"), modules, item)));
}

/// Splits a type that is too big for one file.
fn in_parts(item: &ItemPlan) -> Vec<(Part, ItemPlan)> {
    match item {
        ItemPlan::Structure(_, plan) => {
            let parts = [Part::Declaration, Part::Names, Part::Json].into_iter();
            let parts = parts.filter(|part| *part != Part::Names || plan.has_names());
            parts.map(|part| (part, ItemPlan::Structure(part, plan.clone()))).collect()
        }
        ItemPlan::Enum(_, plan) => {
            [Part::Declaration, Part::Names, Part::Json].map(|part| (part, ItemPlan::Enum(part, plan.clone()))).into()
        }
        _ => Vec::new(),
    }
}

fn flattened(ident: RustIdent) -> ModulePlan {
    ModulePlan { visibility: Visibility::Flattened, ..ModulePlan::public(ident) }
}

/// Splits a list into files; there is at least one.
pub(super) fn pack<T>(list: Vec<T>, lines_of: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut files = vec![Vec::new()];
    let mut lines = 0;
    for item in list {
        let needed = lines_of(&item);
        lines += needed;
        match files.last_mut() {
            Some(file) if lines <= MAX_LINES || file.is_empty() => file.push(item),
            _ => {
                lines = needed;
                files.push(vec![item]);
            }
        }
    }
    files
}

// The estimates below are upper bounds, because long lines are broken.

fn method_lines(method: &MethodPlan) -> usize {
    let docs = method.docs.len() + usize::from(method.feature.is_some());
    docs + match &method.kind {
        MethodKind::Navigate { .. } => 6 + method.arguments.len(),
        MethodKind::Call(_) => 20 + 2 * method.arguments.len(),
    }
}

fn type_lines(item: &ItemPlan) -> usize {
    match item {
        ItemPlan::Structure(_, plan) => {
            let of_properties = plan.properties.iter().map(|property| property.docs.len() + 7);
            plan.docs.len() + 40 + plan.bases.len() + plan.derived.len() + of_properties.sum::<usize>()
        }
        ItemPlan::Enum(_, plan) => {
            plan.docs.len()
                + 44
                + plan.members.iter().map(|member| member.docs.len() + 1 + 2 * arm_lines(member)).sum::<usize>()
        }
        _ => 0,
    }
}

/// A `match` arm is broken if it is longer than a line.
fn arm_lines(member: &MemberPlan) -> usize {
    if member.ident.text().len() + member.wire.len() > 60 { 3 } else { 1 }
}

/// The origin of a file, for its first line; the pages follow it.
fn origin(pages: &BTreeSet<PagePath>, path: &str) -> String {
    match pages.iter().next() {
        Some(page) if pages.len() == 1 => page.to_string(),
        _ => format!("the pages on {path}"),
    }
}
