//! The pages of today, where they are at hand: names, types, permissions and numbers as the pages state them.

use std::collections::BTreeMap;

use graphdocs::model::facts::{AccountType, Cloud, Location, PageFacts, PageKind, Property, TypeFacts, TypeKind};

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

/// What the pages state of an account type: the least privileged permissions, and all of them.
#[track_caller]
fn check_row(page: &PageFacts, account: AccountType, least: &[&str], all: &[&str]) {
    let row = page.permissions.row(account);
    assert_eq!(row.least.concat(), least, "{} {}", page.path, account.as_str());
    assert_eq!(row.scopes, all, "{} {}", page.path, account.as_str());
    assert_eq!(row.supported, Some(!all.is_empty()), "{} {}", page.path, account.as_str());
}

#[test]
fn permissions_of_today_are_those_of_their_includes() {
    let Some(pages) = pages() else { return };
    for (name, work, personal, application) in [
        (
            "beta/api/adhoccall-list-aiinsights",
            &["CallAiInsights.Read.All"][..],
            &[][..],
            &["CallAiInsights.Read.All"][..],
        ),
        (
            "beta/api/driveitem-archive",
            &["Files.ReadWrite", "Files.Read", "Files.Read.All", "Files.ReadWrite.All"],
            &["Files.ReadWrite", "Files.Read", "Files.Read.All", "Files.ReadWrite.All"],
            &[],
        ),
        (
            "beta/api/partners-billing-billedaggregatedusage-export",
            &["PartnerBilling.Read.All"],
            &[],
            &["PartnerBilling.Read.All"],
        ),
        (
            "beta/api/sharepointmigrationtask-getbysourcesiteurl",
            &["SharePointCrossTenantMigration.Read.All"],
            &[],
            &["SharePointCrossTenantMigration.Read.All"],
        ),
        (
            "beta/api/teamworkmessaging-list-customemojis",
            &["TeamworkCustomEmoji.Read"],
            &[],
            &["TeamworkCustomEmoji.Read.All", "Teamwork.Migrate.All"],
        ),
        ("v1.0/api/aiinteractionhistory-getallenterpriseinteractions", &[], &[], &["AiEnterpriseInteraction.Read.All"]),
        (
            "v1.0/api/authentication-post-fido2methods",
            &["UserAuthMethod-Passkey.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All"],
            &[],
            &["UserAuthMethod-Passkey.ReadWrite.All", "UserAuthenticationMethod.ReadWrite.All"],
        ),
        (
            "v1.0/api/backuprestoreroot-enable",
            &["BackupRestore-Control.ReadWrite.All"],
            &[],
            &["BackupRestore-Control.ReadWrite.All"],
        ),
        (
            "v1.0/api/event-permanentdelete",
            &["Calendars.ReadWrite"],
            &["Calendars.ReadWrite"],
            &["Calendars.ReadWrite"],
        ),
        (
            "v1.0/api/group-delete-members",
            &["GroupMember.ReadWrite.All", "Directory.ReadWrite.All", "Group.ReadWrite.All"],
            &[],
            &["GroupMember.ReadWrite.All", "Directory.ReadWrite.All", "Group.ReadWrite.All"],
        ),
        (
            "v1.0/api/security-autoauditingconfiguration-update",
            &["SecurityIdentitiesAutoConfig.ReadWrite.All"],
            &[],
            &["SecurityIdentitiesAutoConfig.ReadWrite.All"],
        ),
    ] {
        let page = page(&pages, name);
        // In these, the second column names one permission.
        for (account, all) in [
            (AccountType::DelegatedWork, work),
            (AccountType::DelegatedPersonal, personal),
            (AccountType::Application, application),
        ] {
            check_row(page, account, &all[..all.len().min(1)], all);
        }
        assert!(page.permission_variants.is_empty(), "{name}");
        assert!(!page.diagnostics.iter().any(|found| found.code.id.starts_with("GX03")), "{name}");
    }
    let agent = page(&pages, "v1.0/api/agentidentity-get");
    let (least, all) = (
        ["AgentIdentity.Read.All", "AgentIdentity.CreateAsManager"],
        ["AgentIdentity.Read.All", "AgentIdentity.CreateAsManager", "Application.Read.All"],
    );
    check_row(agent, AccountType::Application, &least, &all);
}

#[test]
fn permissions_for_requests_resources_and_properties_are_told_apart() {
    let Some(pages) = pages() else { return };
    let contexts = |name: &str| {
        let variants = &page(&pages, name).permission_variants;
        let work = variants.iter().filter(|variant| variant.account == AccountType::DelegatedWork);
        work.map(|variant| (variant.context.clone(), variant.row.scopes.clone())).collect::<Vec<_>>()
    };
    let properties = contexts("v1.0/api/user-get");
    assert_eq!(properties.len(), 6);
    assert_eq!(properties[4].0, "businessPhones, mobilePhone");
    assert_eq!(properties[5].1, ["User.EnableDisableAccount.All", "User.Read.All"]);
    let requests = &page(&pages, "beta/api/cloudlicensing-admincloudlicensing-list-assignments").permission_variants;
    assert_eq!(requests[0].requests, ["GET /users/{id}/cloudLicensing/assignments"]);
    assert_eq!(requests[0].row.least, [["CloudLicensing.Read"]]);
    let collections = contexts("beta/api/agentcollection-post-members");
    assert_eq!(
        collections.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["Global collection", "Quarantined collection"]
    );
}

#[test]
fn clouds_and_roles_of_today_are_those_of_their_pages() {
    let Some(pages) = pages() else { return };
    for (name, clouds) in [
        ("beta/api/adhoccall-list-aiinsights", Some(&[Cloud::Global][..])),
        ("beta/api/driveitem-archive", Some(&Cloud::ALL[..])),
        ("v1.0/api/user-get", Some(&Cloud::ALL[..])),
        ("v1.0/api/event-permanentdelete", Some(&[Cloud::Global])),
        ("v1.0/api/agentidentity-get", None),
        ("beta/api/partners-billing-billedaggregatedusage-export", None),
    ] {
        assert_eq!(page(&pages, name).clouds.as_deref(), clouds, "{name}");
    }
    let roles = |name: &str| {
        let roles = page(&pages, name).roles.iter();
        roles.map(|role| (role.name.as_str(), role.condition.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(
        roles("v1.0/api/authentication-post-fido2methods"),
        [("Authentication Administrator", false), ("Privileged Authentication Administrator", false)]
    );
    assert_eq!(roles("v1.0/api/agentidentity-get"), [("Agent ID Administrator", false), ("Agent ID Developer", true)]);
    assert_eq!(
        roles("v1.0/api/user-get"),
        [
            ("Lifecycle Workflows Administrator", true),
            ("Global Reader", true),
            ("Attribute Assignment Administrator", true)
        ]
    );
    let group = &page(&pages, "v1.0/api/group-delete-members").roles;
    assert_eq!(
        (group.len(), group[0].is_permission, group[0].name.as_str()),
        (12, true, "microsoft.directory/groups/members/update")
    );
}

#[test]
fn operations_of_today_are_what_their_pages_state() {
    let Some(pages) = pages() else { return };
    for (name, requests, statuses, response) in [
        ("beta/api/adhoccall-list-aiinsights", 1, &[200][..], Some(("callAiInsight", true))),
        ("beta/api/agentcollection-post-members", 1, &[204], None),
        ("beta/api/authentication-delete-hardwareoathmethods", 2, &[204], None),
        (
            "beta/api/cloudlicensing-admincloudlicensing-list-assignments",
            3,
            &[200],
            Some(("cloudLicensing.assignment", true)),
        ),
        ("beta/api/directorysetting-update", 2, &[204], None),
        ("beta/api/driveitem-archive", 9, &[204, 202], None),
        ("beta/api/educationassignment-remove-category", 1, &[204], None),
        ("beta/api/intune-enrollment-windowsautopilotsettings-sync", 1, &[204], None),
        ("beta/api/partners-billing-billedaggregatedusage-export", 1, &[202], None),
        ("beta/api/teamworkmessaging-list-customemojis", 1, &[200], Some(("teamworkCustomEmoji", true))),
        ("v1.0/api/agentidentity-get", 1, &[200], Some(("agentIdentity", false))),
        ("v1.0/api/authentication-post-fido2methods", 2, &[201], Some(("fido2AuthenticationMethod", false))),
        ("v1.0/api/backuprestoreroot-enable", 1, &[200], Some(("serviceStatus", false))),
        ("v1.0/api/event-permanentdelete", 9, &[204], None),
        ("v1.0/api/group-delete-members", 1, &[204], None),
        ("v1.0/api/security-auditcoreroot-list-auditlogqueries", 1, &[200], Some(("auditLogQuery", true))),
        ("v1.0/api/security-autoauditingconfiguration-update", 1, &[200], None),
        ("v1.0/api/todotask-update", 2, &[200], Some(("todoTask", false))),
    ] {
        let page = page(&pages, name);
        assert_eq!(page.kind, PageKind::Api, "{name}");
        assert_eq!(page.requests.len(), requests, "{name}");
        assert_eq!(page.success_statuses, statuses, "{name}");
        let found = page.response.as_ref().map(|ty| (ty.name.as_str(), ty.collection));
        assert_eq!(found, response, "{name}");
        assert!(page.headers.iter().any(|header| header.name == "Authorization"), "{name}");
        assert!(page.deprecated.is_none(), "{name}");
    }
    for (name, parameter, required) in [
        ("v1.0/api/authentication-post-fido2methods", "displayName", Some(false)),
        ("v1.0/api/authentication-post-fido2methods", "publicKeyCredential", Some(true)),
        ("v1.0/api/backuprestoreroot-enable", "appOwnerTenantId", Some(true)),
        ("v1.0/api/security-autoauditingconfiguration-update", "isAutomatic", Some(true)),
        ("beta/api/partners-billing-billedaggregatedusage-export", "invoiceId", Some(true)),
        ("beta/api/directorysetting-update", "values", None),
    ] {
        let parameters = &page(&pages, name).parameters;
        let found = parameters.iter().find(|found| found.name == parameter).unwrap_or_else(|| panic!("{name}"));
        assert_eq!((found.required, found.location), (required, Location::Body), "{name} {parameter}");
    }
    assert_eq!(page(&pages, "v1.0/api/todotask-update").parameters.len(), 15);
}

#[test]
fn includes_that_are_not_at_hand_are_reported() {
    let Some(pages) = pages() else { return };
    for (name, missing) in [
        ("beta/api/authentication-delete-hardwareoathmethods", 2),
        ("v1.0/api/todotask-update", 2),
        ("v1.0/api/security-auditcoreroot-list-auditlogqueries", 1),
    ] {
        let page = page(&pages, name);
        let found = page.diagnostics.iter().filter(|found| found.code.id == "GX0112").count();
        assert_eq!(found, missing, "{name}");
        for account in AccountType::ALL {
            assert_eq!(page.permissions.row(account).supported, None, "{name}");
        }
    }
}
