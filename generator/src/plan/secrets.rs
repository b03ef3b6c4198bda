//! The test that debug output of no generated type shows a secret.
//!
//! The runtime hides a property by the end of its name. Here, the words of a name decide, so that the test is a referee.

use std::collections::BTreeSet;

use super::{FilePlan, ItemPlan, ModulePlan, Part, Plan, RustType, SecretCheck, TypePath};
use crate::names::{self, Case};

/// Next to the test of all calls, because another target would be linked with all types once more.
const MODULE: &str = "secrets";

const SECRETS: [&str; 8] = ["password", "passphrase", "passcode", "secret", "token", "key", "pin", "pwd"];
/// What a name says of the secret that it names.
const CONTENTS: [&str; 4] = ["value", "text", "hash", "content"];

/// Plans the test in a file of the folder `tests/operations`, and returns its module.
pub(super) fn plan_secrets(folder: &str, plan: &mut Plan) -> Option<ModulePlan> {
    let mut checks: Vec<_> = plan.files.iter().flat_map(of_file).collect();
    if checks.is_empty() {
        return None;
    }
    checks.sort();
    plan.files.push(FilePlan {
        path: format!("{folder}/{MODULE}.rs"),
        module: Vec::new(),
        origin: "all types".to_owned(),
        pages: BTreeSet::new(),
        docs: vec!["Debug output shows no property whose name says that it is secret.".to_owned()],
        modules: Vec::new(),
        items: vec![ItemPlan::Secrets(checks)],
        allows_deprecated: false,
    });
    Some(ModulePlan::private(super::expect_ident(MODULE, Case::Snake)))
}

fn of_file(file: &FilePlan) -> Vec<SecretCheck> {
    let structures = file.items.iter().filter_map(|item| match item {
        ItemPlan::Structure(part, plan) if part.has(Part::Declaration) => Some(plan),
        _ => None,
    });
    let checks = structures.flat_map(|plan| {
        let ty = TypePath(file.module.iter().chain([&plan.ident]).cloned().collect());
        let secret = plan.properties.iter().filter(|property| is_secret(&property.wire));
        secret.filter_map(move |property| {
            let is_list = match &property.ty {
                RustType::String => false,
                RustType::Edm(name) if name.text() == "Binary" => false,
                RustType::Vec(item) if **item == RustType::String => true,
                _ => return None,
            };
            Some(SecretCheck { ty: ty.clone(), wire: property.wire.clone(), is_list })
        })
    });
    checks.collect()
}

fn is_secret(wire: &str) -> bool {
    let Some(ident) = names::ident(wire, Case::Snake) else { return false };
    let name = ident.text();
    let mut words = name.split('_').map(|word| word.strip_suffix('s').unwrap_or(word)).rev();
    let names_secret = |word: &str| SECRETS.contains(&word);
    match words.next() {
        Some(last) if CONTENTS.contains(&last) => words.next().is_some_and(names_secret),
        Some(last) => names_secret(last) || name.split('_').any(|word| word == "secret"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn words_of_names_decide() {
        for name in ["password", "newPassword", "secretText", "clientSecret", "validationTokens", "macKey", "keyValue"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["passwordPolicies", "tokenType", "keyId", "monkey", "keyboardLayout", "text", "spin"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
