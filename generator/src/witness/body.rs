//! What the page says about the request body.

use super::case::{Case, written};
use super::remarks::choose;
use crate::diag::{codes, quoted};
use crate::model::facts::RequestBody;

pub(super) fn merge(case: &mut Case<'_>) -> RequestBody {
    let said: Vec<&RequestBody> = case.pages.iter().map(|page| &page.request_body).collect();
    let Some((body, differs)) = choose(&said, case.older.map(|page| &page.request_body)) else {
        return RequestBody::Unstated;
    };
    if differs {
        let texts: Vec<_> = said.iter().map(|said| Some((0, written(*said)))).collect();
        case.report(&codes::FACT_DIFFERS, &texts, &format!("{} is used as the request body", quoted(&written(body))));
    }
    body.clone()
}
