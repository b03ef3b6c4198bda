//! The facts export: one JSON object per page, the neutral form in which facts are compared.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::facts::{
    self, AccountType, Accounting, ApiVersion, Cloud, Deprecation, Example, Location, Method, PageFacts, PageKind,
    PermissionOrder, PermissionRow, SourceProof, TypeFacts, TypeKind,
};
use crate::model::proof::Proof;
use crate::source::PagePath;

#[derive(Serialize)]
struct Page<'f> {
    path: &'f str,
    locale: &'f str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    witnesses: &'f [String],
    api_version: ApiVersion,
    page_kind: PageKind,
    source_commit: Option<&'f str>,
    source_proof: SourceProof,
    day: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_documented: Option<&'f str>,
    includes: Vec<&'f str>,
    title: Title<'f>,
    requests: Vec<Request<'f>>,
    permissions: Permissions<'f>,
    permission_variants: Vec<Variant<'f>>,
    clouds: Option<&'f [Cloud]>,
    roles: Vec<Role<'f>>,
    deprecated: Option<Deprecated<'f>>,
    parameters: Vec<Parameter<'f>>,
    request_headers: Vec<&'f str>,
    success_statuses: &'f [u16],
    response: Option<Response<'f>>,
    examples: Examples,
    types: Vec<Type<'f>>,
    diagnostics: Vec<Diagnostic<'f>>,
    accounting: Accounting,
}

#[derive(Serialize)]
struct Title<'f> {
    source: &'f str,
    localized: &'f str,
}

#[derive(Serialize)]
struct Request<'f> {
    method: Method,
    path: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_documented: Option<&'f str>,
}

#[derive(Serialize)]
struct Permissions<'f> {
    delegated_work: Row<'f>,
    delegated_personal: Row<'f>,
    application: Row<'f>,
}

#[derive(Serialize)]
struct Row<'f> {
    scopes: &'f [String],
    /// Each set suffices, but all of its scopes are needed; left out if every set is a single
    /// scope.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    all_of: &'f [Vec<String>],
    least: Vec<&'f str>,
    higher: Vec<&'f str>,
    refused: &'f [String],
    order: PermissionOrder,
    supported: Option<bool>,
}

#[derive(Serialize)]
struct Role<'f> {
    name: &'f str,
    condition: Option<&'f str>,
    is_permission: bool,
}

#[derive(Serialize)]
struct Variant<'f> {
    context: &'f str,
    requests: &'f [String],
    row: &'static str,
    scopes: &'f [String],
    least: Vec<&'f str>,
}

#[derive(Serialize)]
struct Parameter<'f> {
    name: &'f str,
    #[serde(rename = "type")]
    ty: &'f str,
    collection: bool,
    location: Location,
    required: Option<bool>,
    deprecated: Option<Deprecated<'f>>,
    #[serde(skip_serializing_if = "is_whole")]
    proof: Proof,
    #[serde(skip_serializing_if = "is_whole")]
    type_proof: Proof,
}

/// Both are `null` where only the word stands there.
#[derive(Serialize)]
struct Deprecated<'f> {
    date: Option<&'f str>,
    successor: Option<&'f str>,
}

#[derive(Serialize)]
struct Response<'f> {
    #[serde(rename = "type")]
    ty: &'f str,
    collection: bool,
    #[serde(skip_serializing_if = "is_whole")]
    proof: Proof,
}

#[derive(Serialize)]
struct Examples {
    requests: usize,
    responses: usize,
}

#[derive(Serialize)]
struct Type<'f> {
    name: &'f str,
    kind: TypeKind,
    base: Option<&'f str>,
    deprecated: Option<Deprecated<'f>>,
    properties: Vec<Property<'f>>,
    relationships: Vec<Property<'f>>,
    members: Vec<&'f str>,
    /// Members that only a request with `Prefer: include-unknown-enum-members` gets.
    only_with_prefer: Vec<&'f str>,
    /// What the members rest on whose names are not [`Proof::Whole`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    member_proofs: BTreeMap<&'f str, Proof>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    members_last_documented: BTreeMap<&'f str, &'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_documented: Option<&'f str>,
}

#[derive(Serialize)]
struct Property<'f> {
    name: &'f str,
    #[serde(rename = "type")]
    ty: &'f str,
    collection: bool,
    values: &'f [String],
    /// `null` where the page does not say that `$filter` takes it.
    filter: Option<&'f [String]>,
    search: bool,
    order_by: bool,
    expand: bool,
    required: Option<bool>,
    key: bool,
    alternate_key: bool,
    read_only: bool,
    nullable: Option<bool>,
    returned_by_default: bool,
    only_on_select: bool,
    default: Option<&'f str>,
    only_with_prefer: &'f [String],
    deprecated: Option<Deprecated<'f>>,
    #[serde(skip_serializing_if = "is_whole")]
    proof: Proof,
    #[serde(skip_serializing_if = "is_whole")]
    type_proof: Proof,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_documented: Option<&'f str>,
}

#[derive(Serialize)]
struct Diagnostic<'f> {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'f str>,
    line: u32,
    message: &'f str,
}

/// One line of the export, without the line end.
#[must_use]
pub fn json_line(facts: &PageFacts) -> String {
    serde_json::to_string(&view(facts))
        .unwrap_or_else(|error| unreachable!("facts of {} are plain data: {error}", facts.path))
}

/// The same object, indented, for people and snapshots.
#[must_use]
pub fn json_pretty(facts: &PageFacts) -> String {
    serde_json::to_string_pretty(&view(facts))
        .unwrap_or_else(|error| unreachable!("facts of {} are plain data: {error}", facts.path))
}

/// Destructures without `..`, so that a new fact is exported or explicitly left out.
fn view(facts: &PageFacts) -> Page<'_> {
    let PageFacts {
        path,
        locale,
        witnesses,
        api_version,
        kind,
        source_commit,
        source_hash: _,
        source_proof,
        handed_back: _,
        day,
        last_documented,
        includes,
        title,
        requests,
        permissions,
        permission_variants,
        clouds,
        roles,
        deprecated: end,
        parameters,
        headers,
        query_options: _,
        request_body: _,
        other_content: _,
        success_statuses,
        response,
        examples,
        types,
        methods: _,
        diagnostics,
        accounting,
    } = facts;
    let row = |account| row(permissions.row(account));
    let count = |test: fn(&Example) -> bool| examples.iter().filter(|example| test(example)).count();
    Page {
        path: path.as_str(),
        locale,
        witnesses,
        api_version: *api_version,
        page_kind: *kind,
        source_commit: source_commit.as_deref(),
        source_proof: *source_proof,
        day: day.as_deref(),
        last_documented: last_documented.as_deref(),
        includes: includes.iter().map(PagePath::as_str).collect(),
        title: Title { source: &title.source, localized: &title.localized },
        requests: requests
            .iter()
            .map(|request| Request {
                method: request.method,
                path: &request.path,
                last_documented: request.last_documented.as_deref(),
            })
            .collect(),
        permissions: Permissions {
            delegated_work: row(AccountType::DelegatedWork),
            delegated_personal: row(AccountType::DelegatedPersonal),
            application: row(AccountType::Application),
        },
        permission_variants: permission_variants
            .iter()
            .map(|variant| Variant {
                context: &variant.context,
                requests: &variant.requests,
                row: variant.account.as_str(),
                scopes: &variant.row.scopes,
                least: names(variant.row.least.iter()),
            })
            .collect(),
        clouds: clouds.as_deref(),
        roles: roles
            .iter()
            .map(|role| Role {
                name: &role.name,
                condition: role.condition.as_deref(),
                is_permission: role.is_permission,
            })
            .collect(),
        deprecated: deprecated(end.as_ref()),
        parameters: parameters
            .iter()
            .map(|parameter| Parameter {
                name: &parameter.name,
                ty: &parameter.ty.name,
                collection: parameter.ty.collection,
                location: parameter.location,
                required: parameter.required,
                deprecated: deprecated(parameter.deprecated.as_ref()),
                proof: parameter.proof,
                type_proof: parameter.type_proof,
            })
            .collect(),
        request_headers: headers.iter().map(|header| header.name.as_str()).collect(),
        success_statuses,
        response: response.as_ref().map(|response| Response {
            ty: &response.name,
            collection: response.collection,
            proof: response.proof,
        }),
        examples: Examples {
            requests: count(|example| matches!(example, Example::Request { .. })),
            responses: count(|example| matches!(example, Example::Response { .. })),
        },
        types: types.iter().map(ty).collect(),
        diagnostics: diagnostics
            .iter()
            .map(|found| Diagnostic {
                code: found.code.id,
                file: found.file.as_ref().map(PagePath::as_str),
                line: found.position.line,
                message: &found.message,
            })
            .collect(),
        accounting: *accounting,
    }
}

fn row(row: &PermissionRow) -> Row<'_> {
    let needs_several = row.alternatives.iter().any(|set| set.len() > 1);
    let all_of = if needs_several { row.alternatives.as_slice() } else { &[] };
    let least = names(row.least.iter());
    let is_higher = |set: &&Vec<String>| !row.least.is_empty() && !row.least.contains(set);
    let higher = names(row.alternatives.iter().filter(is_higher));
    Row {
        scopes: &row.scopes,
        all_of,
        least,
        higher,
        refused: &row.refused,
        order: row.order,
        supported: row.supported,
    }
}

/// Each name once, in documented order.
fn names<'f>(sets: impl Iterator<Item = &'f Vec<String>>) -> Vec<&'f str> {
    let mut known = BTreeSet::new();
    sets.flatten().map(String::as_str).filter(|name| known.insert(*name)).collect()
}

fn ty(ty: &TypeFacts) -> Type<'_> {
    Type {
        name: &ty.name,
        kind: ty.kind,
        base: ty.base.as_ref().map(|base| base.name.as_str()),
        deprecated: deprecated(ty.deprecated.as_ref()),
        properties: ty.properties.iter().map(property).collect(),
        relationships: ty.relationships.iter().map(property).collect(),
        members: ty.members.iter().map(|member| member.name.as_str()).collect(),
        only_with_prefer: {
            let members = ty.members.iter().filter(|member| member.only_with_prefer);
            members.map(|member| member.name.as_str()).collect()
        },
        member_proofs: {
            let members = ty.members.iter().filter(|member| !is_whole(&member.proof));
            members.map(|member| (member.name.as_str(), member.proof)).collect()
        },
        members_last_documented: {
            let days = ty.members.iter().filter_map(|member| Some((&member.name, member.last_documented.as_ref()?)));
            days.map(|(name, day)| (name.as_str(), day.as_str())).collect()
        },
        last_documented: ty.last_documented.as_deref(),
    }
}

fn is_whole(proof: &Proof) -> bool {
    *proof == Proof::Whole
}

fn deprecated(found: Option<&Deprecation>) -> Option<Deprecated<'_>> {
    found.map(|found| Deprecated { date: found.date.as_deref(), successor: found.successor.as_deref() })
}

fn property(property: &facts::Property) -> Property<'_> {
    // What the export leaves out: where the type cell links to, the line, and the type that the row says it is from.
    let facts::Property {
        name,
        ty,
        nullable,
        is_read_only,
        default,
        values,
        inherited_from: _,
        only_on_select,
        returned_by_default,
        is_filterable,
        filter_operators,
        is_searchable,
        is_sortable,
        is_expandable,
        required,
        is_key,
        is_alternate_key,
        only_with_prefer,
        deprecated: end,
        last_documented,
        proof,
        type_proof,
        line: _,
    } = property;
    Property {
        name,
        ty: &ty.name,
        collection: ty.collection,
        values,
        filter: is_filterable.then_some(filter_operators),
        search: *is_searchable,
        order_by: *is_sortable,
        expand: *is_expandable,
        required: *required,
        key: *is_key,
        alternate_key: *is_alternate_key,
        read_only: *is_read_only,
        nullable: *nullable,
        returned_by_default: *returned_by_default,
        only_on_select: *only_on_select,
        default: default.as_deref(),
        only_with_prefer,
        deprecated: deprecated(end.as_ref()),
        proof: *proof,
        type_proof: *type_proof,
        last_documented: last_documented.as_deref(),
    }
}
