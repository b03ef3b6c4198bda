//! Administers devices with the generated API. A program like this needs the features `v1` and
//! `device-management`, and `names` for the names of properties and types.
// Needs: GET /v1.0/deviceManagement/managedDevices, POST /v1.0/deviceManagement/managedDevices/{id}/syncDevice
// Needs: POST /v1.0/deviceManagement/managedDevices/{id}/wipe
// Needs: POST /v1.0/deviceManagement/deviceCompliancePolicies, GET /v1.0/deviceManagement/deviceCompliancePolicies

use msgraph::runtime::InProcess;
use msgraph::v1::device_management::{ManagedDevices, ManagedDevicesItem};
use msgraph::v1::types::{
    DeviceCompliancePolicyKind as Kind, IosCompliancePolicy, ManagedDevice, Windows10CompliancePolicy,
};
use msgraph::v1::{actions, v1};
use msgraph::{AccountType, Client, Error, Filter, PropertyExt, SchemaType, StaticToken, least_privilege};

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(StaticToken::new("a token")).transport(service()).build()?;
    let intune = v1().device_management();

    // One page after the other; properties can be absent, null or a value.
    let stale = intune.managed_devices().list();
    let stale = stale
        .filter(Filter::eq(ManagedDevice::OPERATING_SYSTEM, "Windows"))
        .select([ManagedDevice::ID, ManagedDevice::DEVICE_NAME]);
    let mut devices = client.items(stale);
    while let Some(device) = devices.next().await {
        let device = device?;
        let (Some(id), name) = (device.id.value(), device.device_name.value()) else { continue };
        println!("{} is synchronized", name.map_or("a device", String::as_str));
        client.send(intune.managed_devices().id(id).sync_device()).await?;
    }

    // The parameters of an action are a structure.
    let wipe = actions::ManagedDeviceWipe { keep_user_data: Some(true.into()), ..Default::default() };
    let wiped = client.send(intune.managed_devices().id("d2").wipe(wipe)).await;
    assert!(matches!(&wiped, Err(Error::Graph(error)) if error.status == 403), "{wiped:?}");

    // A policy has one of many types; the body says which one.
    let policies = intune.device_compliance_policies();
    let policy = Windows10CompliancePolicy {
        display_name: Some("Kiosks".into()),
        password_required: Some(true.into()),
        ..Default::default()
    };
    let created = client.send(policies.create(policy)).await?;
    println!("{} was created", created.id.value().map_or("nothing", String::as_str));

    for policy in client.send(policies.list()).await?.value {
        match policy.kind() {
            Kind::Windows10CompliancePolicy => {
                let windows: Windows10CompliancePolicy = policy.cast()?;
                println!("Windows: a password is required: {:?}", windows.password_required.value());
            }
            Kind::IosCompliancePolicy => {
                let ios: IosCompliancePolicy = policy.cast()?;
                println!("iOS: a passcode is required: {:?}", ios.passcode_required.value());
            }
            other => println!("another kind: {other}"),
        }
    }

    let operations = [ManagedDevices::LIST, ManagedDevicesItem::SYNC_DEVICE, ManagedDevicesItem::WIPE];
    let needed = least_privilege(&operations, AccountType::Application);
    println!("listing, synchronizing and wiping need {}", needed.permissions.join(" and "));
    assert_eq!(needed.permissions.len(), 2);
    Ok(())
}

fn service() -> InProcess {
    InProcess::new(|request| {
        let body = || serde_json::from_slice::<serde_json::Value>(request.body()).unwrap_or_default();
        match (request.method().as_str(), request.uri().path()) {
            ("GET", "/v1.0/deviceManagement/managedDevices") => {
                InProcess::json(200, r#"{"value":[{"id":"d1","deviceName":"till-7"},{"id":"d2"}]}"#)
            }
            ("POST", path) if path.ends_with("/syncDevice") => InProcess::status(204),
            ("POST", "/v1.0/deviceManagement/deviceCompliancePolicies") => {
                assert_eq!(body()["@odata.type"], "#microsoft.graph.windows10CompliancePolicy");
                InProcess::json(201, r##"{"@odata.type":"#microsoft.graph.windows10CompliancePolicy","id":"p1"}"##)
            }
            ("GET", "/v1.0/deviceManagement/deviceCompliancePolicies") => InProcess::json(
                200,
                r##"{"value":[
                    {"@odata.type":"#microsoft.graph.windows10CompliancePolicy","passwordRequired":true},
                    {"@odata.type":"#microsoft.graph.iosCompliancePolicy","passcodeRequired":false}
                ]}"##,
            ),
            _ => InProcess::status(403),
        }
    })
}
