//! The official schema of one version (`$metadata`: OData CSDL 4.01, XML) as plain data.
//!
//! Names have no `microsoft.graph.`, as in the model: `user`, `callRecords.session`; primitives keep `Edm.`.
//! Look-ups ignore case, as the service does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use roxmltree::{Document, Node};

use crate::model::api::{Primitive, StructuredKind, TypeRef, ValueType};

/// The namespace that the names of the model are relative to.
const ROOT_NAMESPACE: &str = "microsoft.graph";

/// Keys are names in lower case.
#[derive(Clone, Debug, Default)]
pub struct Csdl {
    structures: BTreeMap<String, Structure>,
    enums: BTreeMap<String, Enumeration>,
    /// Qualified names by their last part.
    last_names: BTreeMap<String, Vec<String>>,
    /// The types directly derived from a type.
    derived: BTreeMap<String, Vec<String>>,
    container: BTreeMap<String, Root>,
    /// Actions and functions by their names without namespace.
    callables: BTreeMap<String, Vec<Callable>>,
}

/// An entity type or a complex type.
#[derive(Clone, Debug)]
pub struct Structure {
    pub name: String,
    pub kind: StructuredKind,
    pub base: Option<String>,
    pub keys: Vec<String>,
    pub is_open: bool,
    pub is_abstract: bool,
    pub is_media: bool,
    /// Without those of the base type.
    pub properties: Vec<Property>,
}

/// A structural or navigation property.
#[derive(Clone, Debug)]
pub struct Property {
    pub name: String,
    pub ty: Type,
    pub is_navigation: bool,
    pub contains_target: bool,
}

#[derive(Clone, Debug)]
pub struct Enumeration {
    pub name: String,
    pub is_flags: bool,
    pub members: Vec<String>,
}

/// The possible starts of a path.
#[derive(Clone, Debug)]
pub enum Root {
    EntitySet(Type),
    Singleton(Type),
    /// The name of an unbound action or function.
    Import(String),
}

/// One overload of an action or a function.
#[derive(Clone, Debug)]
pub struct Callable {
    pub name: String,
    pub is_function: bool,
    pub is_composable: bool,
    /// The type that it is bound to; `None` if it is called from the root.
    pub binding: Option<Type>,
    pub parameters: Vec<Parameter>,
    pub returns: Option<Type>,
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub ty: Type,
    pub is_nullable: bool,
}

/// A type, or a collection of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    pub name: String,
    pub collection: bool,
}

/// A file that is not a schema.
#[derive(Debug)]
pub struct CsdlError(pub String);

impl fmt::Display for CsdlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CsdlError {}

impl Type {
    #[must_use]
    pub fn single(&self) -> Self {
        Self { name: self.name.clone(), collection: false }
    }

    #[must_use]
    pub fn is_primitive(&self) -> bool {
        self.name.starts_with("Edm.")
    }

    #[must_use]
    pub fn is_stream(&self) -> bool {
        self.name == "Edm.Stream"
    }
}

/// In the notation of the model: `Collection(user)`, `String`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.strip_prefix("Edm.").unwrap_or(&self.name);
        if self.collection { write!(f, "Collection({name})") } else { f.write_str(name) }
    }
}

/// The relation of a type of the model to one of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Equal,
    /// One is derived from the other.
    Related,
    Other,
}

impl Csdl {
    /// Reads a schema.
    ///
    /// # Errors
    /// If the text is not XML, or has no schema.
    pub fn parse(text: &str) -> Result<Self, CsdlError> {
        let document = Document::parse(text).map_err(|error| CsdlError(error.to_string()))?;
        let schemas: Vec<_> = document.descendants().filter(|node| node.tag_name().name() == "Schema").collect();
        if schemas.is_empty() {
            return Err(CsdlError("there is no `Schema` element".to_owned()));
        }
        let names = Names::collect(&schemas);
        let mut csdl = Self::default();
        for schema in &schemas {
            let namespace = schema.attribute("Namespace").unwrap_or_default();
            for node in schema.children().filter(Node::is_element) {
                csdl.insert(node, namespace, &names);
            }
        }
        csdl.index();
        Ok(csdl)
    }

    fn insert(&mut self, node: Node<'_, '_>, namespace: &str, names: &Names<'_>) {
        let name = node.attribute("Name").unwrap_or_default();
        let qualified = || names.resolve(&format!("{namespace}.{name}"));
        match node.tag_name().name() {
            "EntityType" => self.insert_structure(structure(node, qualified(), StructuredKind::Entity, names)),
            "ComplexType" => self.insert_structure(structure(node, qualified(), StructuredKind::Complex, names)),
            "EnumType" => {
                let enumeration = enumeration(node, qualified());
                self.enums.insert(enumeration.name.to_ascii_lowercase(), enumeration);
            }
            "Action" | "Function" => {
                let callable = callable(node, name, names);
                self.callables.entry(name.to_ascii_lowercase()).or_default().push(callable);
            }
            "EntityContainer" => {
                for child in node.children().filter(Node::is_element) {
                    if let Some((name, root)) = root(child, names) {
                        self.container.insert(name.to_ascii_lowercase(), root);
                    }
                }
            }
            // Terms, annotations, and type definitions, which `Names` has resolved.
            _ => {}
        }
    }

    fn insert_structure(&mut self, structure: Structure) {
        self.structures.insert(structure.name.to_ascii_lowercase(), structure);
    }

    fn index(&mut self) {
        for name in self.structures.keys().chain(self.enums.keys()) {
            self.last_names.entry(last_name(name).to_owned()).or_default().push(name.clone());
        }
        for (name, structure) in &self.structures {
            if let Some(base) = &structure.base {
                self.derived.entry(base.to_ascii_lowercase()).or_default().push(name.clone());
            }
        }
    }

    /// The key of a type: by its name, or by the last part of the name if that is unique.
    fn key(&self, name: &str) -> Option<String> {
        let lower = name.to_ascii_lowercase();
        if self.structures.contains_key(&lower) || self.enums.contains_key(&lower) {
            return Some(lower);
        }
        match self.last_names.get(last_name(&lower)).map(Vec::as_slice) {
            Some([only]) => Some(only.clone()),
            _ => None,
        }
    }

    /// Whether there is a type of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.key(name).is_some()
    }

    #[must_use]
    pub fn structure(&self, name: &str) -> Option<&Structure> {
        self.structures.get(&self.key(name)?)
    }

    #[must_use]
    pub fn enumeration(&self, name: &str) -> Option<&Enumeration> {
        self.enums.get(&self.key(name)?)
    }

    #[must_use]
    pub fn root(&self, name: &str) -> Option<&Root> {
        self.container.get(&name.to_ascii_lowercase())
    }

    /// All actions and functions of this name, in the order of the file.
    #[must_use]
    pub fn callables(&self, name: &str) -> &[Callable] {
        self.callables.get(&name.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// A type and its base types, nearest first.
    #[must_use]
    pub fn lineage(&self, name: &str) -> Vec<&Structure> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = self.structure(name);
        while let Some(structure) = next.filter(|structure| seen.insert(structure.name.as_str())) {
            found.push(structure);
            next = structure.base.as_deref().and_then(|base| self.structure(base));
        }
        found
    }

    /// All direct and indirect derived types.
    #[must_use]
    pub fn descendants(&self, name: &str) -> Vec<&Structure> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<String> = self.key(name).into_iter().collect();
        while let Some(name) = open.pop() {
            for derived in self.derived.get(&name).into_iter().flatten() {
                if seen.insert(derived.as_str()) {
                    found.extend(self.structures.get(derived));
                    open.push(derived.clone());
                }
            }
        }
        found
    }

    /// A property of a type, its own or an inherited one.
    #[must_use]
    pub fn property(&self, ty: &str, name: &str) -> Option<&Property> {
        self.lineage(ty).into_iter().find_map(|structure| structure.own_property(name))
    }

    /// The properties of this name in all derived types.
    #[must_use]
    pub fn properties_below(&self, ty: &str, name: &str) -> Vec<&Property> {
        self.descendants(ty).into_iter().filter_map(|structure| structure.own_property(name)).collect()
    }

    /// The relation of two named types.
    #[must_use]
    pub fn relation_of_names(&self, ours: &str, theirs: &str) -> Relation {
        // Files refer to types that they do not define.
        if ours.eq_ignore_ascii_case(theirs) {
            return Relation::Equal;
        }
        let (Some(ours), Some(theirs)) = (self.key(ours), self.key(theirs)) else { return Relation::Other };
        if ours == theirs {
            return Relation::Equal;
        }
        let is_based = |name: &str, base: &str| {
            self.lineage(name).into_iter().any(|structure| structure.name.eq_ignore_ascii_case(base))
        };
        if is_based(&ours, &theirs) || is_based(&theirs, &ours) { Relation::Related } else { Relation::Other }
    }

    /// The relation of a value type of the model to a type of the schema, ignoring collections.
    #[must_use]
    pub fn relation(&self, ours: &ValueType, theirs: &Type) -> Relation {
        match ours {
            ValueType::Primitive(primitive) => {
                let is_equal = Primitive::from_qualified(&theirs.name) == Some(*primitive);
                if is_equal { Relation::Equal } else { Relation::Other }
            }
            ValueType::Named(name) => self.relation_of_names(name, &theirs.name),
            // The schema has its own `Json` type.
            ValueType::Json if matches!(last_name(&theirs.name), "Json" | "Untyped") => Relation::Equal,
            // The docs name it, but do not describe it.
            ValueType::Unknown(name) if self.relation_of_names(name, &theirs.name) != Relation::Other => {
                Relation::Related
            }
            ValueType::Json | ValueType::Unknown(_) => Relation::Other,
        }
    }

    /// Whether a type of the model is exactly one of the schema.
    #[must_use]
    pub fn is_same(&self, ours: &TypeRef, theirs: &Type) -> bool {
        ours.collection == theirs.collection && self.relation(&ours.ty, theirs) == Relation::Equal
    }
}

impl Structure {
    #[must_use]
    pub fn own_property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name.eq_ignore_ascii_case(name))
    }
}

/// The last part of a qualified name.
#[must_use]
pub fn last_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Names that the file defines: aliases of namespaces, and type definitions.
struct Names<'d> {
    namespaces: BTreeMap<&'d str, &'d str>,
    /// Underlying types, by the qualified name of the definition.
    definitions: BTreeMap<String, String>,
}

impl<'d> Names<'d> {
    fn collect(schemas: &[Node<'d, '_>]) -> Self {
        let mut names = Self { namespaces: BTreeMap::new(), definitions: BTreeMap::new() };
        for schema in schemas {
            if let (Some(alias), Some(namespace)) = (schema.attribute("Alias"), schema.attribute("Namespace")) {
                names.namespaces.insert(alias, namespace);
            }
        }
        for schema in schemas {
            let namespace = schema.attribute("Namespace").unwrap_or_default();
            let definitions = schema.children().filter(|node| node.tag_name().name() == "TypeDefinition");
            for node in definitions {
                if let (Some(name), Some(underlying)) = (node.attribute("Name"), node.attribute("UnderlyingType")) {
                    let name = names.relative(&format!("{namespace}.{name}"));
                    names.definitions.insert(name, underlying.to_owned());
                }
            }
        }
        names
    }

    /// Without alias and without the common namespace.
    fn relative(&self, name: &str) -> String {
        let (space, last) = name.rsplit_once('.').unwrap_or(("", name));
        let space = self.namespaces.get(space).copied().unwrap_or(space);
        let space = space.strip_prefix(ROOT_NAMESPACE).unwrap_or(space).trim_start_matches('.');
        if space.is_empty() { last.to_owned() } else { format!("{space}.{last}") }
    }

    fn resolve(&self, name: &str) -> String {
        let name = self.relative(name);
        self.definitions.get(&name).cloned().unwrap_or(name)
    }

    fn ty(&self, text: &str) -> Type {
        let inner = text.strip_prefix("Collection(").and_then(|inner| inner.strip_suffix(')'));
        Type { name: self.resolve(inner.unwrap_or(text)), collection: inner.is_some() }
    }
}

fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.tag_name().name() == name)
}

fn is_set(node: Node<'_, '_>, attribute: &str) -> bool {
    node.attribute(attribute) == Some("true")
}

fn structure(node: Node<'_, '_>, name: String, kind: StructuredKind, names: &Names<'_>) -> Structure {
    let properties = node.children().filter_map(|child| {
        let is_navigation = match child.tag_name().name() {
            "Property" => false,
            "NavigationProperty" => true,
            _ => return None,
        };
        Some(Property {
            name: child.attribute("Name")?.to_owned(),
            ty: names.ty(child.attribute("Type")?),
            is_navigation,
            contains_target: is_set(child, "ContainsTarget"),
        })
    });
    let keys = children(node, "Key").flat_map(|key| children(key, "PropertyRef"));
    Structure {
        name,
        kind,
        base: node.attribute("BaseType").map(|base| names.resolve(base)),
        keys: keys.filter_map(|key| key.attribute("Name").map(str::to_owned)).collect(),
        is_open: is_set(node, "OpenType"),
        is_abstract: is_set(node, "Abstract"),
        is_media: is_set(node, "HasStream"),
        properties: properties.collect(),
    }
}

fn enumeration(node: Node<'_, '_>, name: String) -> Enumeration {
    let members = children(node, "Member").filter_map(|member| member.attribute("Name").map(str::to_owned));
    Enumeration { name, is_flags: is_set(node, "IsFlags"), members: members.collect() }
}

fn callable(node: Node<'_, '_>, name: &str, names: &Names<'_>) -> Callable {
    let mut parameters = children(node, "Parameter")
        .filter_map(|child| {
            Some(Parameter {
                name: child.attribute("Name")?.to_owned(),
                ty: names.ty(child.attribute("Type")?),
                is_nullable: child.attribute("Nullable") != Some("false"),
            })
        })
        .collect::<Vec<_>>();
    let is_bound = is_set(node, "IsBound") && !parameters.is_empty();
    let binding = is_bound.then(|| parameters.remove(0).ty);
    let returns = children(node, "ReturnType").next();
    Callable {
        name: name.to_owned(),
        is_function: node.tag_name().name() == "Function",
        is_composable: is_set(node, "IsComposable"),
        binding,
        parameters,
        returns: returns.and_then(|returns| returns.attribute("Type")).map(|ty| names.ty(ty)),
    }
}

fn root(node: Node<'_, '_>, names: &Names<'_>) -> Option<(String, Root)> {
    let name = node.attribute("Name")?.to_owned();
    let root = match node.tag_name().name() {
        "EntitySet" => Root::EntitySet(Type { collection: true, ..names.ty(node.attribute("EntityType")?) }),
        "Singleton" => Root::Singleton(names.ty(node.attribute("Type")?)),
        "ActionImport" | "FunctionImport" => {
            let called = node.attribute("Action").or_else(|| node.attribute("Function"))?;
            Root::Import(last_name(called).to_owned())
        }
        _ => return None,
    };
    Some((name, root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::sample;

    #[test]
    fn a_schema_is_plain_data() {
        let csdl = sample::csdl();
        let lamp = csdl.structure("LAMP").expect("a type");
        assert_eq!((lamp.kind, lamp.base.as_deref()), (StructuredKind::Entity, Some("device")));
        assert!(lamp.is_open && lamp.is_media);
        assert_eq!(csdl.property("lamp", "id").map(|id| id.ty.to_string()), Some("String".to_owned()), "inherited");
        assert_eq!(
            csdl.property("lamp", "level").map(|level| level.ty.to_string()),
            Some("Byte".to_owned()),
            "defined"
        );
        let scenes = csdl.property("room", "scenes").expect("a property");
        assert_eq!((scenes.ty.to_string().as_str(), scenes.is_navigation), ("Collection(shows.scene)", true));
        assert!(scenes.contains_target);
        let colour = csdl.enumeration("colour").expect("an enumeration");
        assert_eq!((colour.members.join(" ").as_str(), colour.is_flags), ("red blue", true));
        let blink = csdl.callables("blink");
        assert_eq!(blink.len(), 1);
        assert_eq!(blink[0].binding.as_ref().map(|ty| ty.name.as_str()), Some("lamp"));
        assert_eq!(
            blink[0].parameters.iter().map(|found| found.name.as_str()).collect::<Vec<_>>(),
            ["times", "colour"]
        );
        assert!(matches!(csdl.root("rooms"), Some(Root::EntitySet(ty)) if ty.collection));
    }

    #[test]
    fn types_stand_in_relations() {
        let csdl = sample::csdl();
        let named = |name: &str| ValueType::Named(name.to_owned());
        let lamp = Type { name: "lamp".to_owned(), collection: false };
        assert_eq!(csdl.relation(&named("lamp"), &lamp), Relation::Equal);
        assert_eq!(csdl.relation(&named("device"), &lamp), Relation::Related);
        assert_eq!(csdl.relation(&named("room"), &lamp), Relation::Other);
        assert_eq!(csdl.relation_of_names("scene", "shows.scene"), Relation::Equal, "by the last part");
        let text = Type { name: "Edm.String".to_owned(), collection: false };
        assert_eq!(csdl.relation(&ValueType::Primitive(Primitive::String), &text), Relation::Equal);
        assert_eq!(csdl.relation(&ValueType::Json, &text), Relation::Other);
        assert_eq!(csdl.relation(&ValueType::Unknown("lamp".to_owned()), &lamp), Relation::Related);
        assert_eq!(csdl.relation(&ValueType::Unknown("a lamp".to_owned()), &lamp), Relation::Other);
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        assert!(Csdl::parse("no xml").is_err());
        assert!(Csdl::parse("<a/>").is_err_and(|error| error.0.contains("Schema")));
        let cycle = "<Schema Namespace='microsoft.graph'><EntityType Name='a' BaseType='microsoft.graph.b'/>\
                     <EntityType Name='b' BaseType='microsoft.graph.a'/></Schema>";
        let csdl = Csdl::parse(cycle).expect("a schema");
        assert_eq!((csdl.lineage("a").len(), csdl.descendants("a").len()), (2, 2));
    }
}
