//! Words of the table of national clouds.

use serde::Deserialize;

use super::Words;
use super::folding::fold;
use crate::model::facts::Cloud;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct CloudWords {
    global: Vec<String>,
    us_government_l4: Vec<String>,
    us_government_l5: Vec<String>,
    china: Vec<String>,
    /// Marks that stand for yes and no.
    yes: Vec<String>,
    no: Vec<String>,
}

impl Words<'_> {
    /// The cloud that the header of a column names.
    #[must_use]
    pub fn cloud(self, header: &str) -> Option<Cloud> {
        let header = fold(header);
        if self.is(&header, |table| &table.clouds.global) {
            Some(Cloud::Global)
        } else if self.is(&header, |table| &table.clouds.us_government_l4) {
            Some(Cloud::UsGovernmentL4)
        } else if self.is(&header, |table| &table.clouds.us_government_l5) {
            Some(Cloud::UsGovernmentL5)
        } else if self.is(&header, |table| &table.clouds.china) {
            Some(Cloud::China)
        } else {
            None
        }
    }

    /// What the mark below a cloud means.
    #[must_use]
    pub fn cloud_mark(self, cell: &str) -> Option<bool> {
        let cell = cell.trim().trim_matches(':').trim_end_matches('\u{fe0f}');
        if self.is(cell, |table| &table.clouds.yes) {
            Some(true)
        } else {
            self.is(cell, |table| &table.clouds.no).then_some(false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::tests::english;

    #[test]
    fn clouds_and_marks() {
        let vocab = english();
        let words = vocab.words("en");
        assert_eq!(words.cloud("US Government L5 (DOD)"), Some(Cloud::UsGovernmentL5));
        assert_eq!(words.cloud("China operated by 21Vianet"), Some(Cloud::China));
        assert_eq!(words.cloud("Permission type"), None);
        for (cell, mark) in
            [(":heavy_check_mark:", Some(true)), (" ✔\u{fe0f} ", Some(true)), (":x:", Some(false)), ("maybe", None)]
        {
            assert_eq!(words.cloud_mark(cell), mark, "{cell}");
        }
    }
}
