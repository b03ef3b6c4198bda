//! The resource pages of today, where they are at hand: names, types and numbers as the pages state them.

use std::collections::BTreeMap;

use graphdocs::model::facts::{PageFacts, PageKind, Property, TypeFacts, TypeKind};

use crate::corpus::{read, today};

fn pages() -> Option<BTreeMap<String, PageFacts>> {
    Some(read(&today()?, "en-US"))
}

#[track_caller]
fn page<'p>(pages: &'p BTreeMap<String, PageFacts>, name: &str) -> &'p PageFacts {
    pages.get(&format!("api-reference/{name}.md")).unwrap_or_else(|| panic!("no page {name}"))
}

#[track_caller]
fn property<'t>(ty: &'t TypeFacts, name: &str) -> &'t Property {
    let mut all = ty.properties.iter().chain(&ty.relationships);
    all.find(|property| property.name == name).unwrap_or_else(|| panic!("{} has no {name}", ty.name))
}

fn names(properties: &[Property]) -> Vec<&str> {
    properties.iter().map(|property| property.name.as_str()).collect()
}

fn end(found: Option<&graphdocs::model::facts::Deprecation>) -> Option<(Option<&str>, Option<&str>)> {
    found.map(|found| (found.date.as_deref(), found.successor.as_deref()))
}

#[test]
fn types_of_today_are_what_their_pages_state() {
    let Some(pages) = pages() else { return };
    for (name, ty, kind, base, properties, relationships) in [
        ("beta/resources/agentcollection", "agentCollection", TypeKind::Entity, Some("entity"), 9, 1),
        ("beta/resources/awspolicy", "awsPolicy", TypeKind::Entity, Some("entity"), 4, 0),
        ("beta/resources/businessflowtemplate", "businessFlowTemplate", TypeKind::Complex, None, 2, 0),
        (
            "beta/resources/cloudpcautomaticdiscoveredappdetail",
            "cloudPcAutomaticDiscoveredAppDetail",
            TypeKind::Complex,
            Some("cloudPcCloudAppDetail"),
            4,
            0,
        ),
        ("beta/resources/distributionlistmember", "distributionListMember", TypeKind::Entity, None, 4, 0),
        (
            "beta/resources/externalmeetingregistrant",
            "externalMeetingRegistrant",
            TypeKind::Entity,
            Some("meetingRegistrantBase"),
            4,
            0,
        ),
        ("beta/resources/security-alerttemplate", "security.alertTemplate", TypeKind::Complex, None, 10, 0),
        ("beta/resources/windowsupdates-assignedgroup", "windowsUpdates.assignedGroup", TypeKind::Entity, None, 1, 1),
        ("v1.0/resources/agentidentity", "agentIdentity", TypeKind::Entity, Some("servicePrincipal"), 10, 4),
        ("v1.0/resources/aiinteraction", "aiInteraction", TypeKind::Entity, Some("entity"), 15, 0),
    ] {
        let page = page(&pages, name);
        assert_eq!(page.kind, PageKind::Resource, "{name}");
        let first = page.types.first().unwrap_or_else(|| panic!("{name} has no type"));
        assert_eq!((first.name.as_str(), first.kind), (ty, kind));
        assert_eq!(first.base.as_ref().map(|base| base.name.as_str()), base, "{name}");
        assert_eq!((first.properties.len(), first.relationships.len()), (properties, relationships), "{name}");
        assert!(page.diagnostics.iter().all(|found| !matches!(found.code.id, "GX0001" | "GX0002")), "{name}");
    }
    let agent = &page(&pages, "v1.0/resources/agentidentity").types[0];
    assert!(agent.is_open);
    assert_eq!(names(&agent.annotations), ["@odata.type"]);
    assert_eq!(page(&pages, "beta/resources/agentcollection").methods.len(), 8);
    assert_eq!(page(&pages, "v1.0/resources/agentidentity").methods.len(), 10);
    assert!(page(&pages, "v1.0/resources/aiinteraction").methods.is_empty());
}

#[test]
fn enumerations_of_today_have_their_members() {
    let Some(pages) = pages() else { return };
    for (name, kind, ty, members) in [
        (
            "beta/resources/granularrestoreitems",
            PageKind::Enum,
            "granularRestoreItems",
            &["email", "note", "contact", "task", "calendar", "unknownFutureValue"][..],
        ),
        (
            "beta/resources/intune-softwareupdate-windowsupdatetype",
            PageKind::Enum,
            "windowsUpdateType",
            &[
                "userDefined",
                "all",
                "businessReadyOnly",
                "windowsInsiderBuildFast",
                "windowsInsiderBuildSlow",
                "windowsInsiderBuildRelease",
            ],
        ),
        (
            "v1.0/resources/aiinteraction",
            PageKind::Resource,
            "aiInteractionType",
            &["userPrompt", "aiResponse", "unknownFutureValue"],
        ),
    ] {
        let page = page(&pages, name);
        assert_eq!(page.kind, kind, "{name}");
        let enums: Vec<_> = page.types.iter().filter(|found| found.kind == TypeKind::Enum).collect();
        assert_eq!(enums.iter().map(|found| found.name.as_str()).collect::<Vec<_>>(), [ty]);
        assert_eq!(enums[0].members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), members);
    }
    let numbered = &page(&pages, "beta/resources/intune-softwareupdate-windowsupdatetype").types[0];
    assert_eq!(numbered.members.iter().filter_map(|member| member.value).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn properties_of_today_say_what_they_can_do() {
    let Some(pages) = pages() else { return };
    let policy = &page(&pages, "beta/resources/awspolicy").types[0];
    for (name, operators) in
        [("awsPolicyType", &["eq"][..]), ("displayName", &["eq", "contains"]), ("externalId", &["eq"])]
    {
        let found = property(policy, name);
        assert!(found.is_filterable && found.is_read_only, "{name}");
        assert_eq!(found.filter_operators, operators, "{name}");
    }
    assert_eq!(property(policy, "awsPolicyType").values, ["system", "custom", "unknownFutureValue"]);
    assert!(property(policy, "externalId").is_alternate_key && !property(policy, "id").is_filterable);

    let group = property(&page(&pages, "beta/resources/windowsupdates-assignedgroup").types[0], "groupId");
    assert!(group.is_key && group.returned_by_default && group.is_read_only && group.nullable == Some(false));
    assert_eq!(group.filter_operators, ["eq", "ne", "not", "in"]);

    let agent = &page(&pages, "v1.0/resources/agentidentity").types[0];
    let status = property(agent, "disabledByMicrosoftStatus");
    assert_eq!(status.values, ["NotDisabled", "DisabledDueToViolationOfServicesAgreement"]);
    assert_eq!(status.default.as_deref(), Some("null"));
    assert!(property(agent, "customSecurityAttributes").only_on_select);
    assert!(property(agent, "id").is_key && property(agent, "tags").nullable == Some(false));
    let owned = property(agent, "ownedObjects");
    assert!(owned.is_expandable && owned.is_filterable && owned.nullable == Some(true));
    assert_eq!(owned.filter_operators.len(), 4);
    assert!(property(agent, "memberOf").is_expandable && !property(agent, "sponsors").is_expandable);

    let detail = &page(&pages, "beta/resources/cloudpcautomaticdiscoveredappdetail").types[0];
    assert_eq!(property(detail, "iconIndex").default.as_deref(), Some("0"));
    assert_eq!(property(detail, "filePath").inherited_from.as_deref(), Some("cloudPcCloudAppDetail"));
}

#[test]
fn what_ends_is_deprecated_with_day_and_successor() {
    let Some(pages) = pages() else { return };
    let of_type = |name: &str| end(page(&pages, name).types[0].deprecated.as_ref());
    assert_eq!(
        of_type("beta/resources/externalmeetingregistrant"),
        Some((Some("2024-12-12"), Some("virtualeventwebinar")))
    );
    assert_eq!(of_type("beta/resources/businessflowtemplate"), Some((None, None)));
    let template = &page(&pages, "beta/resources/security-alerttemplate").types[0];
    for (name, successor) in
        [("category", "tactics"), ("impactedAssets", "entityMappings"), ("mitreTechniques", "tactics")]
    {
        assert_eq!(end(property(template, name).deprecated.as_ref()), Some((Some("2026-10-01"), Some(successor))));
    }
    let types = pages.values().flat_map(|page| &page.types);
    let deprecated = types.clone().filter(|ty| ty.deprecated.is_some()).count();
    let properties = types.flat_map(|ty| &ty.properties).filter(|property| property.deprecated.is_some()).count();
    assert_eq!((deprecated, properties), (2, 3));
}
