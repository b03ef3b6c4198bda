//! The API that all pages together describe.

use std::collections::BTreeMap;
use std::fmt;

use super::facts::{ApiVersion, Method, Parameter, Permissions, RequestBody, ResponseType};
use crate::source::PagePath;

/// Everything that is documented, by API version.
#[derive(Clone, Debug, Default)]
pub struct Api {
    pub versions: BTreeMap<ApiVersion, Vec<Operation>>,
}

/// One method on one path.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: Method,
    pub path: PathTemplate,
    pub kind: OperationKind,
    /// The page that the facts come from.
    pub page: PagePath,
    pub line: u32,
    /// Other pages that document the same operation.
    pub also_on: Vec<PagePath>,
    pub permissions: Permissions,
    pub statuses: Vec<u16>,
    /// Parameters of the request body.
    pub body_parameters: Vec<Parameter>,
    /// Parameters of the function in the path.
    pub function_parameters: Vec<Parameter>,
    pub request_body: RequestBody,
    pub response: Response,
}

/// What an operation does, in OData's words (OData 4.01, part 1, section 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperationKind {
    List,
    Get,
    Create,
    Update,
    Replace,
    Delete,
    /// Bound or unbound; the last path segment is its name.
    Action,
    /// A function whose last path segment has no parentheses.
    Function,
}

/// What a successful response carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    Empty,
    Typed(ResponseType),
    /// Bytes of some media type.
    Stream,
    /// A plain number or text.
    Text,
    /// The page does not say.
    Unknown,
}

/// A path with named holes; see OData 4.01, part 2, section 4.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathTemplate {
    pub segments: Vec<Segment>,
    /// Query items that the operation needs: those of the template that are not OData system options.
    pub query: Vec<QueryItem>,
}

/// `name={label}` of a query string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueryItem {
    pub name: String,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Entity set, singleton, property, action, or a function without parentheses.
    Name(String),
    /// `$ref`, `$value`, `$count`.
    System(String),
    /// A type cast; the qualified name.
    Cast(String),
    /// `{label}`.
    Key { label: String },
    /// `name={label}`.
    KeyEquals { name: String, label: String },
    /// `name(argument=…)`.
    Function { name: String, arguments: Vec<Argument> },
    /// `:/{label}:`, relative to the segment before.
    ItemPath { label: String },
}

/// An argument of a function in a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Argument {
    pub name: String,
    pub kind: ArgumentKind,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArgumentKind {
    /// In quotes: a string literal.
    Quoted,
    /// Without quotes: a number, boolean, date or GUID.
    Bare,
    /// With a type prefix, which is kept.
    Enum(String),
}

impl PathTemplate {
    /// The identity of a path: names in lower case, placeholders without their labels.
    #[must_use]
    pub fn key(&self) -> String {
        self.segments.iter().map(|segment| segment.key()).collect()
    }
}

impl Segment {
    /// The identity of a segment, with the slash or colon in front.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Name(name) | Self::System(name) | Self::Cast(name) => format!("/{}", name.to_ascii_lowercase()),
            Self::Key { .. } => "/{}".to_owned(),
            Self::KeyEquals { name, .. } => format!("/{}={{}}", name.to_ascii_lowercase()),
            Self::Function { name, arguments } => {
                let arguments: Vec<_> =
                    arguments.iter().map(|argument| format!("{}={{}}", argument.name.to_ascii_lowercase())).collect();
                format!("/{}({})", name.to_ascii_lowercase(), arguments.join(","))
            }
            Self::ItemPath { .. } => ":/{}:".to_owned(),
        }
    }
}

/// As documented, in normal form: `/users/{id}/events`.
impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut in_item_path = false;
        for segment in &self.segments {
            if in_item_path && !matches!(segment, Segment::ItemPath { .. }) {
                f.write_str(":")?;
            }
            in_item_path = matches!(segment, Segment::ItemPath { .. });
            write!(f, "{segment}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) | Self::System(name) | Self::Cast(name) => write!(f, "/{name}"),
            Self::Key { label } => write!(f, "/{{{label}}}"),
            Self::KeyEquals { name, label } => write!(f, "/{name}={{{label}}}"),
            Self::ItemPath { label } => write!(f, ":/{{{label}}}"),
            Self::Function { name, arguments } => {
                write!(f, "/{name}(")?;
                for (index, argument) in arguments.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    match &argument.kind {
                        ArgumentKind::Quoted => write!(f, "{comma}{0}='{{{0}}}'", argument.name)?,
                        ArgumentKind::Bare => write!(f, "{comma}{0}={{{0}}}", argument.name)?,
                        ArgumentKind::Enum(ty) => write!(f, "{comma}{0}={ty}'{{{0}}}'", argument.name)?,
                    }
                }
                f.write_str(")")
            }
        }
    }
}
