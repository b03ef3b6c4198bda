//! Owns collections that come in pages: all pages, all items, and changes.

use super::attempt::Step;
use super::client::Client;
use super::error::{Error, LinkFault};
use super::json::ReadValue;
use super::request::{Parts, Request};
use super::response::{Collection, OddItem};
use super::transport::BoxFuture;
use futures_core::Stream;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Filters and delta functions produce some empty pages, but a service that sends nothing else must not keep a call
/// busy forever.
const MAX_EMPTY_PAGES: u32 = 1_000;

impl Client {
    /// All pages of a collection, one by one.
    ///
    /// Each page is a separate request, with the headers and options of the first one. To continue
    /// where another stream ended, pass a request with [`Request::at_link`].
    ///
    /// Source: <https://learn.microsoft.com/graph/paging>.
    pub fn pages<T: ReadValue + Send + 'static>(&self, request: Request<Collection<T>>) -> Pages<T> {
        let mut parts = request.into_parts();
        parts.options.step = Step::Page;
        let max_empty = parts.options.max_empty_pages.unwrap_or(MAX_EMPTY_PAGES);
        Pages { client: self.clone(), next: Some(parts), pending: None, links: Links::default(), max_empty }
    }

    /// All items of a collection, page by page.
    ///
    /// Source: <https://learn.microsoft.com/graph/paging>.
    pub fn items<T: ReadValue + Send + 'static>(&self, request: Request<Collection<T>>) -> Items<T> {
        self.pages(request).items()
    }
}

/// The pages of a collection: a [`Stream`], and [`Pages::next`] to read it without other crates.
///
/// After an error, the next call requests the same page again, unless the address was refused.
#[must_use]
pub struct Pages<T> {
    client: Client,
    /// The request for the next page; `None` at the end.
    next: Option<Parts>,
    pending: Option<BoxFuture<'static, Result<Collection<T>, Error>>>,
    links: Links,
    /// How many pages without items may follow one another in [`Items`].
    max_empty: u32,
}

impl<T: ReadValue + Send + 'static> Pages<T> {
    /// The next page; `None` at the end. A page can be empty and not be the last one.
    ///
    /// Error: as for [`Client::send`], and [`Error::Link`] for a next link that leads to another host
    /// or back.
    pub async fn next(&mut self) -> Option<Result<Collection<T>, Error>> {
        poll_fn(|cx| self.poll_page(cx)).await
    }

    /// The items of these pages.
    pub fn items(self) -> Items<T> {
        Items {
            pages: self,
            page: Vec::new().into_iter(),
            link: None,
            delta_link: None,
            count: None,
            odd_items: Vec::new(),
            empty_pages: 0,
        }
    }

    /// The address of the next page, to continue later or elsewhere ([`Request::at_link`]); `None`
    /// before the first page and at the end. It can contain search terms.
    pub fn next_link(&self) -> Option<&str> {
        self.next.as_ref()?.link.as_deref()
    }

    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Collection<T>, Error>>> {
        let Some(next) = &self.next else {
            return Poll::Ready(None);
        };
        if let Some(link) = &next.link
            && self.links.is_circle(link)
        {
            self.next = None;
            return Poll::Ready(Some(Err(LinkFault::Circle.into())));
        }
        let pending = self.pending.get_or_insert_with(|| {
            let (client, parts) = (self.client.clone(), next.clone());
            Box::pin(async move { client.send_parts(&parts).await })
        });
        let result = ready!(pending.as_mut().poll(cx));
        self.pending = None;
        let page = match &result {
            Ok(page) => page,
            Err(error) => {
                // A request that could not be sent now cannot be sent next time either.
                if matches!(error, Error::Link(_) | Error::InvalidRequest(_)) {
                    self.next = None;
                }
                return Poll::Ready(Some(result));
            }
        };
        match (&mut self.next, &page.next_link) {
            (Some(parts), Some(link)) => {
                if let Some(fetched) = &parts.link {
                    self.links.add(fetched);
                }
                parts.link = Some(link.clone());
            }
            (next, _) => *next = None,
        }
        Poll::Ready(Some(result))
    }
}

impl<T: ReadValue + Send + 'static> Stream for Pages<T> {
    type Item = Result<Collection<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(cx)
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("at_end", &self.next.is_none()).finish_non_exhaustive()
    }
}

/// Detects repeating links in constant space: Brent's algorithm remembers one link, and replaces it
/// after 1, 2, 4, … steps.
#[derive(Default)]
struct Links {
    remembered: Option<String>,
    steps: u64,
    limit: u64,
}

impl Links {
    fn is_circle(&self, link: &str) -> bool {
        self.remembered.as_deref() == Some(link)
    }

    fn add(&mut self, link: &str) {
        self.steps += 1;
        if self.steps > self.limit {
            self.remembered = Some(link.to_owned());
            self.limit = 2 * self.steps;
            self.steps = 0;
        }
    }
}

/// The items of a collection: a [`Stream`], and [`Items::next`] to read it without other crates.
///
/// After an error, the next call requests the same page again, so that no item is skipped or
/// repeated.
#[must_use]
pub struct Items<T> {
    pages: Pages<T>,
    page: std::vec::IntoIter<T>,
    /// The address of the current page.
    link: Option<String>,
    delta_link: Option<String>,
    count: Option<i64>,
    odd_items: Vec<OddItem>,
    /// The number of pages without items since the last item.
    empty_pages: u32,
}

impl<T: ReadValue + Send + 'static> Items<T> {
    /// The next item; `None` at the end.
    ///
    /// Error: as for [`Pages::next`], and [`LinkFault::EmptyPages`] after 1,000 pages without an item, or as many as
    /// [`Request::max_empty_pages`] says. The next call then goes on with the next page.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|cx| self.poll_item(cx)).await
    }

    /// All items in one list.
    ///
    /// Error: the first one; the items before it are then lost.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }

    /// The address of the page of the last item, to continue from the start of that page; `None` for
    /// the first page.
    pub fn page_link(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// The address of later changes, after a delta function was read completely.
    pub fn delta_link(&self) -> Option<&str> {
        self.delta_link.as_deref()
    }

    /// The number of all items, if `$count=true` was requested, after the first page was read.
    pub fn count(&self) -> Option<i64> {
        self.count
    }

    /// The items of the current page that are null or have another shape than documented.
    pub fn odd_items(&self) -> &[OddItem] {
        &self.odd_items
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                self.empty_pages = 0;
                return Poll::Ready(Some(Ok(item)));
            }
            if self.empty_pages >= self.pages.max_empty {
                let pages = std::mem::take(&mut self.empty_pages);
                return Poll::Ready(Some(Err(LinkFault::EmptyPages { pages }.into())));
            }
            let link = self.pages.next_link().map(str::to_owned);
            match ready!(self.pages.poll_page(cx)) {
                Some(Ok(page)) => {
                    self.link = link;
                    self.page = page.value.into_iter();
                    self.count = self.count.or(page.count);
                    self.delta_link = page.delta_link;
                    self.odd_items = page.odd_items;
                    // The last page may be empty.
                    self.empty_pages += u32::from(self.pages.next.is_some());
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T: ReadValue + Send + 'static> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(cx)
    }
}

/// Items are moved out, never pinned.
impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found() {
        for length in 1..20 {
            let mut links = Links::default();
            let circle = (0..200).map(|step| format!("{}", if step < 7 { 100 + step } else { step % length }));
            let found = circle.into_iter().position(|link| {
                let is_circle = links.is_circle(&link);
                links.add(&link);
                is_circle
            });
            assert!(found.is_some_and(|step| step < 100), "{length}: {found:?}");
        }
        let mut links = Links::default();
        for step in 0..10_000 {
            let link = step.to_string();
            assert!(!links.is_circle(&link));
            links.add(&link);
        }
    }
}
