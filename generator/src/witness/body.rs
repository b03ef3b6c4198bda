//! What the page says about the request body.

use super::case::Case;
use super::remarks::choose;
use crate::diag::{Diagnostic, codes};
use crate::model::facts::RequestBody;

pub(super) fn merge(case: &mut Case<'_>) -> RequestBody {
    let said: Vec<&RequestBody> = case.pages.iter().map(|page| &page.request_body).collect();
    let Some((body, differs)) = choose(&said, case.older.map(|page| &page.request_body)) else {
        return RequestBody::Unstated;
    };
    if differs {
        let message = "the locales differ in the request body".to_owned();
        case.found.push(Diagnostic::of_line(1, &codes::FACT_DIFFERS, message));
    }
    body.clone()
}
