//! Owns the national clouds.

/// A deployment of Microsoft Graph. Tokens of one are not valid in another.
///
/// Source: <https://learn.microsoft.com/graph/deployments>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Cloud {
    /// The global service.
    #[default]
    Global,
    /// US Government L4 (GCC High).
    UsGovernmentL4,
    /// US Government L5 (DoD).
    UsGovernmentL5,
    /// China, operated by 21Vianet.
    China,
    /// Germany, which was closed on 29 October 2021: a client for it cannot be built.
    Germany,
}

impl Cloud {
    /// The service root, without the API version.
    pub const fn base_url(self) -> &'static str {
        match self {
            Cloud::Global => "https://graph.microsoft.com",
            Cloud::UsGovernmentL4 => "https://graph.microsoft.us",
            Cloud::UsGovernmentL5 => "https://dod-graph.microsoft.us",
            Cloud::China => "https://microsoftgraph.chinacloudapi.cn",
            Cloud::Germany => "https://graph.microsoft.de",
        }
    }

    /// The scope to request: all permissions that were consented to (`.default` of the service
    /// root).
    pub const fn scope(self) -> &'static str {
        match self {
            Cloud::Global => "https://graph.microsoft.com/.default",
            Cloud::UsGovernmentL4 => "https://graph.microsoft.us/.default",
            Cloud::UsGovernmentL5 => "https://dod-graph.microsoft.us/.default",
            Cloud::China => "https://microsoftgraph.chinacloudapi.cn/.default",
            Cloud::Germany => "https://graph.microsoft.de/.default",
        }
    }

    /// Where tokens for this cloud are issued.
    pub const fn authority(self) -> &'static str {
        match self {
            Cloud::Global => "https://login.microsoftonline.com",
            Cloud::UsGovernmentL4 | Cloud::UsGovernmentL5 => "https://login.microsoftonline.us",
            Cloud::China => "https://login.chinacloudapi.cn",
            Cloud::Germany => "https://login.microsoftonline.de",
        }
    }
}

impl std::fmt::Display for Cloud {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Cloud::Global => "the global service",
            Cloud::UsGovernmentL4 => "US Government L4",
            Cloud::UsGovernmentL5 => "US Government L5",
            Cloud::China => "China",
            Cloud::Germany => "Germany",
        })
    }
}

/// The clouds in which the documentation says that an operation is available.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clouds(pub(super) &'static str);

impl Clouds {
    const LETTERS: [(Cloud, char); 4] =
        [(Cloud::Global, 'g'), (Cloud::UsGovernmentL4, '4'), (Cloud::UsGovernmentL5, '5'), (Cloud::China, 'c')];

    /// Whether the operation is available in a cloud.
    pub fn has(self, cloud: Cloud) -> bool {
        self.iter().any(|known| known == cloud)
    }

    /// The clouds, in the order of the documentation.
    pub fn iter(self) -> impl Iterator<Item = Cloud> + Clone {
        Self::LETTERS.into_iter().filter(move |(_, letter)| self.0.contains(*letter)).map(|(cloud, _)| cloud)
    }
}

/// `the global service, China`; `no cloud`.
impl std::fmt::Display for Clouds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<String> = self.iter().map(|cloud| cloud.to_string()).collect();
        if names.is_empty() { f.write_str("no cloud") } else { f.write_str(&names.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clouds_are_read() {
        let clouds = Clouds("gc");
        assert!(clouds.has(Cloud::Global) && clouds.has(Cloud::China) && !clouds.has(Cloud::UsGovernmentL4));
        assert!(!clouds.has(Cloud::Germany));
        assert_eq!(clouds.to_string(), "the global service, China");
        assert_eq!(Clouds("").to_string(), "no cloud");
    }
}
