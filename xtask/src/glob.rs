//! Globs over `/`-separated paths: `*` and `?` do not match `/`, but `**` does.

/// A pattern without `/` is matched against file names, any other against whole paths.
#[derive(Clone, Debug)]
pub(crate) struct Glob(String);

impl std::fmt::Display for Glob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Glob {
    pub(crate) fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    pub(crate) fn matches(&self, path: &str) -> bool {
        let subject = if self.0.contains('/') { path } else { path.rsplit('/').next().unwrap_or(path) };
        matches(self.0.as_bytes(), subject.as_bytes())
    }
}

fn matches(pattern: &[u8], path: &[u8]) -> bool {
    match pattern {
        [] => path.is_empty(),
        // `**/` also matches without any folder.
        [b'*', b'*', b'/', rest @ ..] => {
            matches(rest, path)
                || path.iter().enumerate().any(|(at, &byte)| byte == b'/' && matches(rest, &path[at + 1..]))
        }
        [b'*', b'*', rest @ ..] => (0..=path.len()).any(|at| matches(rest, &path[at..])),
        [b'*', rest @ ..] => {
            let folder_end = path.iter().position(|&byte| byte == b'/').unwrap_or(path.len());
            (0..=folder_end).any(|at| matches(rest, &path[at..]))
        }
        [b'?', rest @ ..] => path.first().is_some_and(|&byte| byte != b'/') && matches(rest, &path[1..]),
        [byte, rest @ ..] => path.first() == Some(byte) && matches(rest, &path[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, path: &str, expected: bool) {
        assert_eq!(Glob::new(pattern).matches(path), expected, "{pattern} on {path}");
    }

    #[test]
    fn stars_stay_in_their_folder() {
        check("src/*.rs", "src/lib.rs", true);
        check("src/*.rs", "src/v1/users.rs", false);
        check("src/?ib.rs", "src/lib.rs", true);
        check("src?lib.rs", "src/lib.rs", false);
        check("src/lib.rs", "src/lib.rs.bak", false);
    }

    #[test]
    fn double_stars_cross_folders() {
        check("src/**", "src/v1/users.rs", true);
        check("src/**/users.rs", "src/users.rs", true);
        check("src/**/users.rs", "src/v1/a/users.rs", true);
        check("src/**/users.rs", "src/v1/a/superusers.rs", false);
        check("**/user-list.md", "api-reference/v1.0/api/user-list.md", true);
    }

    #[test]
    fn a_glob_without_a_slash_is_for_file_names() {
        check("user-*", "api-reference/v1.0/api/user-list.md", true);
        check("user-*", "user-a/list.md", false);
    }
}
