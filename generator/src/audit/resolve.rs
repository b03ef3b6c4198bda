//! Follows a path of the model through the schema: what the path means there, and what a method on it
//! takes and returns (OData 4.01, part 2, section 4).

use super::csdl::{Callable, Csdl, Parameter, Root, Type, last_name};
use crate::model::api::{Argument, PathTemplate, Segment};
use crate::model::facts::Method;

/// The maximum number of types with a property of the same name to follow; in practice there are
/// only a few.
const MAX_TARGETS: usize = 16;

/// The meaning of a path.
#[derive(Clone, Debug)]
pub(super) enum Target<'c> {
    /// An entity set, a singleton, a property, or one member of a collection.
    Value(Type),
    /// A segment after a collection that is not a property, action or function: it may be a constant key, as in
    /// `sites/root` and `privilegedAccess/azureResources`.
    Literal(Type),
    Call(&'c Callable),
    /// The reference to an entity, or to several.
    Reference,
    /// The bytes of a value.
    Bytes,
    Count,
}

/// The content of a successful response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Typed(Type),
    Bytes,
    Count,
    Nothing,
    /// The schema does not say.
    Unknown,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub(super) enum Body<'c> {
    Value(Type),
    Parameters(&'c [Parameter]),
    Reference,
    /// The schema does not say, or there is no body.
    Unknown,
}

/// The possible meanings of a path; none if the schema does not have it. Docs omit casts, so a property may
/// belong to several derived types.
pub(super) fn resolve<'c>(csdl: &'c Csdl, path: &PathTemplate, method: Method) -> Vec<Target<'c>> {
    let Some((first, rest)) = path.segments.split_first() else { return Vec::new() };
    let mut targets: Vec<Target<'c>> = start(csdl, first, method).into_iter().collect();
    for segment in rest {
        targets = targets.iter().flat_map(|target| step(csdl, target, segment, method)).take(MAX_TARGETS).collect();
    }
    // A POST to a key adds nothing.
    targets.retain(|target| method != Method::Post || !matches!(target, Target::Literal(_)));
    targets
}

fn start<'c>(csdl: &'c Csdl, segment: &Segment, method: Method) -> Option<Target<'c>> {
    let (name, arguments) = match segment {
        Segment::Name(name) => (name, None),
        Segment::Function { name, arguments } => (name, Some(arguments.as_slice())),
        _ => return None,
    };
    match csdl.root(last_name(name))? {
        // `users(upn='…')`
        Root::EntitySet(ty) if arguments.is_some() => Some(Target::Value(ty.single())),
        Root::EntitySet(ty) | Root::Singleton(ty) => Some(Target::Value(ty.clone())),
        Root::Import(called) => best_call(csdl, None, called, arguments, method).map(Target::Call),
    }
}

fn step<'c>(csdl: &'c Csdl, target: &Target<'c>, segment: &Segment, method: Method) -> Vec<Target<'c>> {
    let ty = match target {
        Target::Value(ty) | Target::Literal(ty) => Some(ty),
        Target::Call(callable) => callable.returns.as_ref(),
        Target::Reference | Target::Bytes | Target::Count => None,
    };
    let Some(ty) = ty else { return Vec::new() };
    let call = |name, arguments| best_call(csdl, Some(ty), name, arguments, method).map(Target::Call);
    let found = match segment {
        Segment::Key { .. } | Segment::KeyEquals { .. } | Segment::KeyPredicate { .. } => {
            ty.collection.then(|| Target::Value(ty.single()))
        }
        // `root:/{path}:`, `sites/{host}:/{path}:`
        Segment::ItemPath { .. } => Some(Target::Value(ty.single())),
        Segment::System(name) => match name.as_str() {
            "$ref" => Some(Target::Reference),
            "$value" => Some(Target::Bytes),
            "$count" if ty.collection => Some(Target::Count),
            _ => None,
        },
        Segment::Cast(name) => {
            let cast = csdl.structure(name.strip_prefix("microsoft.graph.").unwrap_or(name));
            let cast = cast.map(|cast| Target::Value(Type { name: cast.name.clone(), collection: ty.collection }));
            cast.or_else(|| call(last_name(name), None))
        }
        Segment::Function { name, arguments } => {
            let name = last_name(name);
            if let Some(call) = call(name, Some(arguments.as_slice())) {
                return vec![call];
            }
            // `applications(appId='…')`, where the collection is a property
            return properties(csdl, ty, name).into_iter().map(|found| Target::Value(found.single())).collect();
        }
        Segment::Name(name) => {
            let properties = properties(csdl, ty, name);
            if !properties.is_empty() {
                return properties.into_iter().map(Target::Value).collect();
            }
            let literal = || is_literal_key(csdl, ty, name).then(|| Target::Literal(ty.single()));
            call(name, None).or_else(literal)
        }
    };
    found.into_iter().collect()
}

/// The types of a property of a single value, its own or those in derived types.
fn properties(csdl: &Csdl, ty: &Type, name: &str) -> Vec<Type> {
    if ty.collection {
        return Vec::new();
    }
    let mut types: Vec<Type> = Vec::new();
    let own = csdl.property(&ty.name, name);
    let found = own.map_or_else(|| csdl.properties_below(&ty.name, name), |own| vec![own]);
    for property in found {
        if !types.contains(&property.ty) {
            types.push(property.ty.clone());
        }
    }
    types
}

/// Whether a name after a collection may be a constant key.
fn is_literal_key(csdl: &Csdl, ty: &Type, name: &str) -> bool {
    ty.collection && csdl.structure(&ty.name).is_some() && csdl.callables(name).is_empty()
}

/// The best match among the actions and functions of a name: bound to the type or the nearest base type, called
/// with the right method, and with the arguments of the path.
fn best_call<'c>(
    csdl: &'c Csdl,
    on: Option<&Type>,
    name: &str,
    arguments: Option<&[Argument]>,
    method: Method,
) -> Option<&'c Callable> {
    let fitting = csdl.callables(name).iter().filter_map(|callable| {
        let distance = match (on, &callable.binding) {
            (None, None) => 0,
            (Some(on), Some(binding)) => distance(csdl, on, binding)?,
            _ => return None,
        };
        let is_other_method = callable.is_function != (method == Method::Get);
        Some(((is_other_method, missing(callable, arguments), distance), callable))
    });
    fitting.min_by_key(|(rank, _)| *rank).map(|(_, callable)| callable)
}

/// The distance between the type that something is bound to and the type that it is called on.
fn distance(csdl: &Csdl, on: &Type, binding: &Type) -> Option<usize> {
    if on.collection != binding.collection {
        return None;
    }
    let same = |found: &str| found.eq_ignore_ascii_case(&binding.name);
    if same(&on.name) {
        return Some(0);
    }
    let above = csdl.lineage(&on.name).into_iter().position(|structure| same(&structure.name));
    let below = || csdl.descendants(&on.name).into_iter().any(|structure| same(&structure.name)).then_some(usize::MAX);
    above.or_else(below)
}

/// The number of arguments that only one side has.
fn missing(callable: &Callable, arguments: Option<&[Argument]>) -> usize {
    let parameters = &callable.parameters;
    // Parameters of actions are in the body. Without arguments in the path, all those of a function
    // are missing.
    let Some(arguments) = arguments else { return if callable.is_function { parameters.len() } else { 0 } };
    let has = |argument: &&Argument| parameters.iter().any(|found| found.name.eq_ignore_ascii_case(&argument.name));
    let known = arguments.iter().filter(has).count();
    arguments.len() + parameters.len() - 2 * known.min(parameters.len())
}

impl Target<'_> {
    /// The response to a method on it.
    #[must_use]
    pub(super) fn answer(&self, method: Method) -> Answer {
        match (self, method) {
            (Self::Literal(_), _) => Answer::Unknown,
            (Self::Value(ty), Method::Get) => Answer::Typed(ty.clone()),
            // Writing to a stream returns the entity that contains it, or nothing.
            (Self::Value(ty), Method::Post | Method::Put | Method::Patch) if ty.is_stream() => Answer::Unknown,
            (Self::Value(ty), Method::Post) if ty.collection => Answer::Typed(ty.single()),
            (Self::Value(_), Method::Post) => Answer::Unknown,
            (Self::Value(ty), Method::Put | Method::Patch) => Answer::Typed(ty.clone()),
            (Self::Value(_), Method::Delete) => Answer::Nothing,
            (Self::Call(callable), _) => callable.returns.clone().map_or(Answer::Nothing, Answer::Typed),
            (Self::Reference, Method::Get) => Answer::Unknown,
            (Self::Reference, _) => Answer::Nothing,
            (Self::Bytes, Method::Get) => Answer::Bytes,
            (Self::Bytes, _) => Answer::Unknown,
            (Self::Count, _) => Answer::Count,
        }
    }
}

impl<'c> Target<'c> {
    /// The body that a method on it takes.
    #[must_use]
    pub(super) fn body(&self, method: Method) -> Body<'c> {
        match (self, method) {
            (_, Method::Get | Method::Delete) | (Self::Literal(_) | Self::Bytes | Self::Count, _) => Body::Unknown,
            (Self::Value(ty), _) if ty.is_stream() => Body::Unknown,
            (Self::Value(ty), Method::Post) if !ty.collection => Body::Unknown,
            (Self::Value(ty), Method::Post) => Body::Value(ty.single()),
            (Self::Value(ty), _) => Body::Value(ty.clone()),
            (Self::Call(callable), _) if callable.is_function => Body::Unknown,
            (Self::Call(callable), _) => Body::Parameters(&callable.parameters),
            (Self::Reference, _) => Body::Reference,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::sample;
    use crate::model::api::ArgumentKind;

    /// `{…}` is a key, `name(a,b)` a function, `:x` an item path, and `microsoft.graph.…` a cast.
    fn path(text: &str) -> PathTemplate {
        let segment = |text: &str| match text.split_once('(') {
            Some((name, arguments)) => {
                let arguments = arguments.trim_end_matches(')').split(',').filter(|name| !name.is_empty());
                let arguments = arguments.map(|name| Argument { name: name.to_owned(), kind: ArgumentKind::Bare });
                Segment::Function { name: name.to_owned(), arguments: arguments.collect() }
            }
            None if text.starts_with('{') => Segment::Key { label: "id".to_owned() },
            None if text.starts_with(':') => Segment::ItemPath { label: "path".to_owned() },
            None if text.starts_with('$') => Segment::System(text.to_owned()),
            None if text.contains('.') => Segment::Cast(text.to_owned()),
            None => Segment::Name(text.to_owned()),
        };
        PathTemplate { segments: text.split('/').map(segment).collect(), query: Vec::new() }
    }

    fn answer(method: Method, text: &str) -> String {
        match resolve(&sample::csdl(), &path(text), method).first().map(|target| target.answer(method)) {
            Some(Answer::Typed(ty)) => ty.to_string(),
            Some(other) => format!("{other:?}"),
            None => "unresolved".to_owned(),
        }
    }

    #[track_caller]
    fn check(method: Method, text: &str, expected: &str) {
        assert_eq!(answer(method, text), expected, "{text}");
    }

    #[test]
    fn sets_singletons_keys_and_properties() {
        check(Method::Get, "rooms", "Collection(room)");
        check(Method::Get, "house", "room");
        check(Method::Get, "rooms/{}", "room");
        check(Method::Get, "ROOMS/{}/Lamps", "Collection(lamp)");
        check(Method::Get, "house/scenes/{}", "shows.scene");
        check(Method::Get, "lamps/{}/label", "String");
        check(Method::Get, "rooms(number)", "room");
        check(Method::Get, "house/lamps(serial)", "lamp");
        check(Method::Get, "lamps/:x", "lamp");
        check(Method::Get, "rooms/cellar/scenes", "Collection(shows.scene)");
        check(Method::Get, "rooms/cellar", "Unknown");
        check(Method::Post, "rooms/cellar", "unresolved");
        check(Method::Get, "house/{}", "unresolved");
        check(Method::Get, "cellars", "unresolved");
        check(Method::Get, "house/chairs", "unresolved");
    }

    #[test]
    fn properties_and_calls_of_derived_types_need_no_cast() {
        check(Method::Get, "house/devices/{}/speed", "Int32");
        check(Method::Get, "house/devices/microsoft.graph.lamp", "Collection(lamp)");
        check(Method::Get, "house/devices/{}/microsoft.graph.lamp/twin", "lamp");
        check(Method::Post, "house/devices/{}/blink", "Nothing");
        let csdl = sample::csdl();
        let several = resolve(&csdl, &path("house/devices/{}/mode"), Method::Get);
        let types: Vec<_> = several.iter().map(|target| format!("{:?}", target.answer(Method::Get))).collect();
        assert_eq!(types.len(), 2, "lamps and fans have a mode each: {types:?}");
    }

    #[test]
    fn methods_on_values() {
        check(Method::Post, "house/lamps", "lamp");
        check(Method::Post, "house", "Unknown");
        check(Method::Patch, "lamps/{}", "lamp");
        check(Method::Delete, "lamps/{}", "Nothing");
        check(Method::Put, "lamps/{}/picture", "Unknown");
        check(Method::Get, "lamps/{}/picture/$value", "Bytes");
        check(Method::Get, "lamps/$count", "Count");
        check(Method::Delete, "house/devices/{}/$ref", "Nothing");
    }

    #[test]
    fn actions_and_functions() {
        check(Method::Post, "lamps/{}/blink", "Nothing");
        check(Method::Post, "lamps/{}/microsoft.graph.repair", "device");
        check(Method::Get, "lamps/delta", "Collection(lamp)");
        check(Method::Get, "lamps/delta()", "Collection(lamp)");
        check(Method::Get, "rooms/delta", "unresolved");
        check(Method::Get, "lamps/{}/near", "lamp");
        check(Method::Get, "lamps/{}/near(Metres)", "Collection(lamp)");
        check(Method::Get, "lamps/{}/near(metres)/{}/label", "String");
    }

    #[test]
    fn bodies() {
        let csdl = sample::csdl();
        let body = |method, text: &str| resolve(&csdl, &path(text), method).first().map(|target| target.body(method));
        assert!(matches!(body(Method::Post, "house/lamps"), Some(Body::Value(ty)) if ty.to_string() == "lamp"));
        assert!(matches!(body(Method::Post, "lamps/{}/blink"), Some(Body::Parameters([_, _]))));
        assert!(matches!(body(Method::Post, "house/devices/$ref"), Some(Body::Reference)));
        assert!(matches!(body(Method::Get, "house"), Some(Body::Unknown)));
    }
}
