//! The ways that ask a developer tool: Azure CLI and azd. The tools are functions in the shell that the credentials
//! start.
#![cfg(unix)]

use crate::ways::{call_graph, refusal};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, DeveloperToolsCredential, DeveloperToolsCredentialOptions, Executor,
};
use std::ffi::OsStr;
use std::io;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

/// Runs the commands in a real shell that has the tools.
#[derive(Debug)]
struct Shell {
    tools: &'static str,
    /// What the tools were called with: they write it to standard error.
    called: Mutex<Vec<String>>,
}

impl Shell {
    fn with(tools: &'static str) -> Arc<Shell> {
        Arc::new(Shell { tools, called: Mutex::default() })
    }

    fn called(&self) -> Vec<String> {
        self.called.lock().expect("not poisoned").clone()
    }
}

#[async_trait::async_trait]
impl Executor for Shell {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> io::Result<Output> {
        let [switch, command] = args else { panic!("a command for a shell: {args:?}") };
        let script = format!("{}\n{}", self.tools, command.to_str().expect("text"));
        let output = Command::new(program).arg(switch).arg(script).output()?;
        self.called.lock().expect("not poisoned").push(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        Ok(output)
    }
}

const AZ: &str = r#"az() {
    echo "az $*" >&2
    echo '{"accessToken":"of-az","expires_on":4102444800,"tokenType":"Bearer"}'
}"#;

const ONLY_AZD: &str = r#"az() { echo "az: not found" >&2; return 127; }
azd() {
    echo "azd $*" >&2
    echo '{"token":"of-azd","expiresOn":"2099-01-01T00:00:00Z"}'
}"#;

#[tokio::test]
async fn azure_cli() {
    let shell = Shell::with(AZ);
    let options = AzureCliCredentialOptions {
        tenant_id: Some(String::from("contoso")),
        executor: Some(shell.clone()),
        ..Default::default()
    };
    assert_eq!(call_graph(AzureCliCredential::new(Some(options)).expect("a credential")).await, ["of-az"; 3]);
    let scope = "https://microsoftgraph.chinacloudapi.cn/.default";
    let command = format!("az account get-access-token -o json --scope {scope} --tenant contoso");
    assert_eq!(shell.called(), [command], "the client keeps the token, although the credential does not");
}

#[tokio::test]
async fn azure_cli_without_a_login() {
    let shell = Shell::with("az() { echo \"Please run 'az login' to setup account.\" >&2; return 1; }");
    let options = AzureCliCredentialOptions { executor: Some(shell), ..Default::default() };
    let error = refusal(AzureCliCredential::new(Some(options)).expect("a credential")).await.to_string();
    assert!(error.contains("Please run 'az login'"), "{error}");
}

#[tokio::test]
async fn developer_tools() {
    let shell = Shell::with(ONLY_AZD);
    let options = DeveloperToolsCredentialOptions { executor: Some(shell.clone()) };
    assert_eq!(call_graph(DeveloperToolsCredential::new(Some(options)).expect("a credential")).await, ["of-azd"; 3]);
    let called = shell.called();
    assert_eq!(called[0], "az: not found");
    assert!(called[1].starts_with("azd auth token -o json --no-prompt --scope https://microsoftgraph"), "{called:?}");
}
