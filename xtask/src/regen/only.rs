//! What `--only` selects: operations, for a small client of one's own, or files of the whole client.

use anyhow::{Result, ensure};
use graphdocs::select::{Selection, is_pattern};

use crate::cli::RegenOptions;
use crate::glob::Glob;

#[derive(Debug)]
pub(super) enum Only {
    Everything,
    /// Output files, by their paths or those of their pages.
    Files(Vec<Glob>),
    /// Operations, and the types that they reach.
    Operations(Selection),
}

impl Only {
    /// Patterns of operations start with a method or a slash, as no glob of files does.
    pub(super) fn of(options: &RegenOptions) -> Result<Self> {
        let patterns: Vec<&str> = options.only.iter().map(String::as_str).collect();
        let of_operations = patterns.iter().filter(|pattern| is_pattern(pattern)).count();
        if patterns.is_empty() {
            return Ok(Self::Everything);
        }
        if of_operations == 0 {
            return Ok(Self::Files(patterns.into_iter().map(Glob::new).collect()));
        }
        ensure!(
            of_operations == patterns.len(),
            "`--only` selects operations (`GET /users*`, `/me/messages`) or files (`src/v1/users.rs`, `user-list.md`); \
             use one of them"
        );
        ensure!(
            options.out.is_some(),
            "`--only {}` selects operations, which make a client of their own; name its folder with `--out DIR`",
            patterns[0]
        );
        Ok(Selection::parse(patterns).map_or(Self::Everything, Self::Operations))
    }

    pub(super) fn is_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    pub(super) fn selection(&self) -> Option<&Selection> {
        match self {
            Self::Operations(selection) => Some(selection),
            Self::Everything | Self::Files(_) => None,
        }
    }

    pub(super) fn globs(&self) -> Option<&[Glob]> {
        match self {
            Self::Files(globs) => Some(globs),
            Self::Everything | Self::Operations(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(patterns: &[&str], out: Option<&str>) -> Result<Only> {
        let only = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        Only::of(&RegenOptions { only, out: out.map(Into::into), ..RegenOptions::default() })
    }

    #[test]
    fn operations_and_files_are_told_apart() {
        let is = |patterns: &[&str], out, kind: fn(&Only) -> bool| only(patterns, out).is_ok_and(|only| kind(&only));
        assert!(is(&[], None, Only::is_everything));
        assert!(is(&["user-list.md", "src/**"], None, |only| only.globs().is_some_and(|globs| globs.len() == 2)));
        assert!(is(&["GET /users*", "/me/messages"], Some("x"), |only| only.selection().is_some()));
        let error = |patterns: &[&str], out| only(patterns, out).expect_err("refused").to_string();
        assert!(error(&["/me"], None).contains("--out DIR"));
        assert!(error(&["/me", "src/**"], Some("x")).contains("use one of them"));
    }
}
