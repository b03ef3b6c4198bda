// README shows this part.
use azure_core::credentials::SecretBytes;
use azure_identity::{
    AzureCliCredential, ClientCertificateCredential, ManagedIdentityCredential, WorkloadIdentityCredential,
};
use msgraph::runtime::AzureCredential;

/// A service with a certificate and its key in a PKCS #12 file.
pub fn certificate(file: &str, tenant: String, client_id: String) -> azure_core::Result<AzureCredential> {
    let archive = SecretBytes::new(std::fs::read(file)?);
    Ok(AzureCredential::new(ClientCertificateCredential::new(tenant, client_id, archive, None)?))
}

/// A service on a virtual machine, in App Service or in Functions.
pub fn managed_identity() -> azure_core::Result<AzureCredential> {
    Ok(AzureCredential::new(ManagedIdentityCredential::new(None)?))
}

/// A service in Kubernetes, which sets environment variables and keeps a token in a file.
pub fn workload_identity() -> azure_core::Result<AzureCredential> {
    Ok(AzureCredential::new(WorkloadIdentityCredential::new(None)?))
}

/// The user of `az login`, during development.
pub fn azure_cli() -> azure_core::Result<AzureCredential> {
    Ok(AzureCredential::new(AzureCliCredential::new(None)?))
}
// README ends.
