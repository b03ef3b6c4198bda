//! Which file holds which items.
//!
//! Nobody outside sees that: files are private modules whose items are re-exported, so that what has grown
//! too big for one file moves to others and keeps its public name.

use std::collections::BTreeSet;

use super::{BuilderPlan, FilePlan, ItemPlan, MemberPlan, MethodKind, MethodPlan, ModulePlan, Part, Visibility, docs};
use crate::names::{self, Case, RustIdent, Scope};
use crate::source::PagePath;

/// Files may have 1,500 lines; how many a file will have is estimated.
const MAX_LINES: usize = 1_200;

/// A path node and everything below it.
pub(super) struct NodePlan {
    /// What the file is called if the node gets one of its own.
    pub(super) file: String,
    /// As documented.
    pub(super) path: String,
    /// Of its own operations.
    pub(super) pages: BTreeSet<PagePath>,
    pub(super) builder: BuilderPlan,
    pub(super) methods: Vec<MethodPlan>,
    pub(super) children: Vec<NodePlan>,
}

impl NodePlan {
    fn own_lines(&self) -> usize {
        10 + self.methods.iter().map(method_lines).sum::<usize>()
    }

    fn lines(&self) -> usize {
        self.own_lines() + self.children.iter().map(Self::lines).sum::<usize>()
    }
}

/// The files of a node: `stem` is the path of its own one, without `.rs`; the others are below it. All
/// items are public in `module`.
pub(super) fn node_files(node: NodePlan, stem: &str, module: &[RustIdent], files: &mut Vec<FilePlan>) {
    let child_lines: Vec<usize> = node.children.iter().map(NodePlan::lines).collect();
    let mut lines = node.own_lines() + child_lines.iter().sum::<usize>();
    let NodePlan { path, mut pages, builder, methods, children, .. } = node;
    // The biggest move out until the rest fits.
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
        let Some(ident) = is_out.then(|| names::claim_own(&mut scope, &child.file, Case::Snake)).flatten() else {
            kept.push(child);
            continue;
        };
        node_files(child, &format!("{stem}/{}", ident.text()), module, files);
        modules.push(flattened(ident));
    }
    let ident = builder.ident.clone();
    let mut items = vec![ItemPlan::Builder(builder)];
    for (at, methods) in pack(methods, method_lines).into_iter().enumerate() {
        if at == 0 {
            items.push(ItemPlan::Methods { ident: ident.clone(), methods });
            continue;
        }
        let name = methods.first().map_or("more", |method| method.ident.text());
        let Some(part) = names::claim_own(&mut scope, &format!("from {name}"), Case::Snake) else { continue };
        files.push(FilePlan {
            path: format!("{stem}/{}.rs", part.text()),
            module: module.to_vec(),
            origin: origin(&pages, &path),
            pages: pages.clone(),
            docs: vec![format!("More of {}.", docs::code(&path))],
            modules: Vec::new(),
            items: vec![ItemPlan::Methods { ident: ident.clone(), methods }],
        });
        modules.push(ModulePlan { ident: part, features: BTreeSet::new(), visibility: Visibility::Private });
    }
    for child in kept {
        append(child, &mut items, &mut pages);
    }
    files.push(FilePlan {
        path: format!("{stem}.rs"),
        module: module.to_vec(),
        origin: origin(&pages, &path),
        pages,
        docs: vec![format!("{} and the paths below it.", docs::code(&path))],
        modules,
        items,
    });
}

/// A node and everything below it, one after the other.
fn append(node: NodePlan, items: &mut Vec<ItemPlan>, pages: &mut BTreeSet<PagePath>) {
    let ident = node.builder.ident.clone();
    items.push(ItemPlan::Builder(node.builder));
    items.push(ItemPlan::Methods { ident, methods: node.methods });
    pages.extend(node.pages);
    for child in node.children {
        append(child, items, pages);
    }
}

/// A type with the pages it comes from.
pub(super) struct TypeItem {
    pub(super) name: String,
    pub(super) page: PagePath,
    pub(super) item: ItemPlan,
}

/// The file of some types, or several below it.
pub(super) fn type_files(
    stem: &str,
    module: &[RustIdent],
    origin: &str,
    docs: &[String],
    types: Vec<TypeItem>,
    files: &mut Vec<FilePlan>,
) {
    let file = |stem: &str, modules: Vec<ModulePlan>, types: Vec<TypeItem>| FilePlan {
        path: format!("{stem}.rs"),
        module: module.to_vec(),
        origin: origin.to_owned(),
        pages: types.iter().map(|ty| ty.page.clone()).collect(),
        docs: docs.to_vec(),
        modules,
        items: types.into_iter().map(|ty| ty.item).collect(),
    };
    let (big, fitting): (Vec<_>, Vec<_>) = types.into_iter().partition(|ty| type_lines(&ty.item) > MAX_LINES);
    let mut parts = pack(fitting, |ty| type_lines(&ty.item));
    if parts.len() < 2 && big.is_empty() {
        files.push(file(stem, Vec::new(), parts.pop().unwrap_or_default()));
        return;
    }
    let mut scope = Scope::default();
    let mut modules = Vec::new();
    let mut add = |name: &str, visibility, types| {
        let Some(ident) = names::claim_own(&mut scope, name, Case::Snake) else { return };
        files.push(file(&format!("{stem}/{}", ident.text()), Vec::new(), types));
        modules.push(ModulePlan { ident, features: BTreeSet::new(), visibility });
    };
    for types in parts.into_iter().filter(|types| !types.is_empty()) {
        let name = types.first().map_or("", |ty| ty.name.as_str());
        add(&format!("from {name}"), Visibility::Flattened, types);
    }
    for ty in big {
        for (part, item) in in_parts(&ty.item) {
            let visibility = if part == Part::Declaration { Visibility::Flattened } else { Visibility::Private };
            let of_part = match part {
                Part::Names => " names",
                Part::Json => " json",
                Part::Whole | Part::Declaration => "",
            };
            let (name, page) = (ty.name.clone(), ty.page.clone());
            add(&format!("{name}{of_part}"), visibility, vec![TypeItem { name: name.clone(), page, item }]);
        }
    }
    files.push(file(stem, modules, Vec::new()));
}

/// A type that is too big for one file.
fn in_parts(item: &ItemPlan) -> Vec<(Part, ItemPlan)> {
    match item {
        ItemPlan::Structure(_, plan) => {
            [Part::Declaration, Part::Json].map(|part| (part, ItemPlan::Structure(part, plan.clone()))).into()
        }
        ItemPlan::Enum(_, plan) => {
            [Part::Declaration, Part::Names, Part::Json].map(|part| (part, ItemPlan::Enum(part, plan.clone()))).into()
        }
        _ => Vec::new(),
    }
}

fn flattened(ident: RustIdent) -> ModulePlan {
    ModulePlan { ident, features: BTreeSet::new(), visibility: Visibility::Flattened }
}

/// Cuts a list into files. There is one at least.
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

// What follows is not less than what is printed: long lines are broken.

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
            let of_properties = plan.properties.iter().map(|property| property.docs.len() + 5);
            plan.docs.len() + 28 + plan.bases.len() + plan.derived.len() + of_properties.sum::<usize>()
        }
        ItemPlan::Enum(_, plan) => {
            plan.docs.len()
                + 44
                + plan.members.iter().map(|member| member.docs.len() + 1 + 2 * arm_lines(member)).sum::<usize>()
        }
        _ => 0,
    }
}

/// A `match` arm is broken when it is longer than a line.
fn arm_lines(member: &MemberPlan) -> usize {
    if member.ident.text().len() + member.wire.len() > 60 { 3 } else { 1 }
}

/// What the first line of a file says it was made from.
fn origin(pages: &BTreeSet<PagePath>, path: &str) -> String {
    match pages.iter().next() {
        Some(page) if pages.len() == 1 => page.to_string(),
        Some(_) => format!("the {} pages on {path}", pages.len()),
        None => format!("the pages on {path}"),
    }
}
