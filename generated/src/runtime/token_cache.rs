//! Owns the lifetime of tokens, and fetches one only once if many requests wait for it.
//!
//! It needs no runtime: waiting requests leave a waker.

use super::auth::{AccessToken, TokenError, TokenProvider};
use http::HeaderValue;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::{Duration, SystemTime};

/// A token is renewed this long before it expires, so that it does not expire in transit.
const RENEW_BEFORE: Duration = Duration::from_secs(300);

/// The tokens of one client: one audience, one provider.
pub(crate) struct TokenCache {
    provider: Box<dyn TokenProvider>,
    scope: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<Arc<Kept>>,
    /// Whether a request is asking the provider.
    is_fetching: bool,
    /// The number of tokens so far.
    issued: u64,
    /// The number of answers of the provider so far; `last` is the last one.
    finished: u64,
    last: Option<Answer>,
    waiting: Vec<Waker>,
}

/// An answer of the provider.
struct Answer {
    result: Result<Arc<Kept>, TokenError>,
    wanted: Wanted,
}

/// Why a token is needed.
#[derive(Clone, PartialEq, Eq)]
struct Wanted {
    /// The number of the token that the service refused; 0 for none.
    instead_of: u64,
    /// What the token must satisfy.
    claims: Option<Arc<str>>,
}

/// A token with its header value, so that the value is only made once.
pub(crate) struct Kept {
    pub(crate) token: AccessToken,
    pub(crate) header: HeaderValue,
    /// The number of this token, from 1; each token has a different one.
    number: u64,
    claims: Option<Arc<str>>,
}

impl State {
    /// A token that is there already.
    fn known(&self, wanted: &Wanted, now: SystemTime) -> Option<Arc<Kept>> {
        let satisfies = |kept: &Arc<Kept>| wanted.claims.is_none() || kept.claims == wanted.claims;
        if let Some(kept) = self.kept.as_ref().filter(|kept| satisfies(kept) && is_fresh(&kept.token, now)) {
            return Some(kept.clone());
        }
        // The same token was refused to another request, and a token without expiry replaced it.
        let answer = self.last.as_ref().filter(|answer| wanted.instead_of > 0 && answer.wanted == *wanted)?;
        let kept = answer.result.as_ref().ok()?;
        kept.token.expires_on().is_none().then(|| kept.clone())
    }
}

impl TokenCache {
    pub(crate) fn new(provider: Box<dyn TokenProvider>, scope: String) -> TokenCache {
        TokenCache { provider, scope, state: Mutex::default() }
    }

    /// The token, if it is kept and fresh: the usual case, without waiting or a future.
    pub(crate) fn fresh(&self, now: SystemTime) -> Option<Arc<Kept>> {
        self.lock().kept.as_ref().filter(|kept| is_fresh(&kept.token, now)).cloned()
    }

    /// The token: kept, from a request that is being waited for, or from the provider.
    ///
    /// Error: the error of the provider, unless the kept token is still valid.
    pub(crate) async fn get(&self, now: SystemTime) -> Result<Arc<Kept>, TokenError> {
        self.obtain(Wanted { instead_of: 0, claims: None }, now).await
    }

    /// A new token after the service refused one with 401, or the one that another request got in
    /// the meantime.
    pub(crate) async fn replace(
        &self,
        refused: &Kept,
        claims: Option<&str>,
        now: SystemTime,
    ) -> Result<Arc<Kept>, TokenError> {
        {
            let mut state = self.lock();
            if state.kept.as_ref().is_some_and(|kept| kept.number == refused.number) {
                state.kept = None;
            }
        }
        self.obtain(Wanted { instead_of: refused.number, claims: claims.map(Arc::from) }, now).await
    }

    async fn obtain(&self, wanted: Wanted, now: SystemTime) -> Result<Arc<Kept>, TokenError> {
        let mut waited_for = None;
        let turn = poll_fn(|cx| {
            let mut state = self.lock();
            if let Some(kept) = state.known(&wanted, now) {
                return Poll::Ready(Err(Ok(kept)));
            }
            if let Some(before) = waited_for
                && state.finished > before
                && let Some(last) = &state.last
                // A token for claims is also good for others; that there is none says nothing to them.
                && (last.wanted.claims == wanted.claims || wanted.claims.is_none() && last.result.is_ok())
            {
                return Poll::Ready(Err(last.result.clone()));
            }
            if !state.is_fetching {
                state.is_fetching = true;
                return Poll::Ready(Ok(Turn { cache: self }));
            }
            waited_for.get_or_insert(state.finished);
            if !state.waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
                state.waiting.push(cx.waker().clone());
            }
            Poll::Pending
        });
        let turn = match turn.await {
            Ok(turn) => turn,
            Err(result) => return result,
        };
        let scopes = [self.scope.as_str()];
        let result = match &wanted.claims {
            None => self.provider.token(&scopes).await,
            Some(claims) => self.provider.token_for_claims(&scopes, claims).await,
        };
        turn.finish(result, wanted, now)
    }

    fn keep(&self, token: AccessToken, claims: Option<Arc<str>>) -> Result<Arc<Kept>, TokenError> {
        if token.secret().trim().is_empty() {
            return Err(TokenError::new("the token of the provider is empty"));
        }
        let header = HeaderValue::from_str(&format!("Bearer {}", token.secret()));
        let mut header = header.map_err(|_| TokenError::new("it has characters that no token has"))?;
        header.set_sensitive(true);
        let mut state = self.lock();
        state.issued += 1;
        let kept = Arc::new(Kept { token, header, number: state.issued, claims });
        if kept.token.expires_on().is_some() {
            state.kept = Some(kept.clone());
        }
        Ok(kept)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_fresh(token: &AccessToken, now: SystemTime) -> bool {
    token.expires_on().is_some_and(|expires_on| now + RENEW_BEFORE < expires_on)
}

fn is_valid(token: &AccessToken, now: SystemTime) -> bool {
    token.expires_on().is_some_and(|expires_on| now < expires_on)
}

/// The right to ask the provider. It ends when it is dropped, so that others can continue if its
/// request is cancelled.
struct Turn<'a> {
    cache: &'a TokenCache,
}

impl Turn<'_> {
    fn finish(
        self,
        result: Result<AccessToken, TokenError>,
        wanted: Wanted,
        now: SystemTime,
    ) -> Result<Arc<Kept>, TokenError> {
        let result = result.and_then(|token| self.cache.keep(token, wanted.claims.clone()));
        let mut state = self.cache.lock();
        let result = match (&state.kept, result) {
            // Renewing early failed: the old token still works.
            (Some(kept), Err(_)) if wanted.claims.is_none() && is_valid(&kept.token, now) => Ok(kept.clone()),
            (_, result) => result,
        };
        state.finished += 1;
        // A short-lived token also goes to the requests that waited for it, but it is not kept forever.
        state.last = Some(Answer { result: result.clone(), wanted });
        result
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let waiting = {
            let mut state = self.cache.lock();
            state.is_fetching = false;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::TokenFuture;
    use std::pin::{Pin, pin};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Context;

    /// Gives out `token-1`, `token-2`, …, each after one round of waiting.
    #[derive(Clone, Default)]
    struct Counting {
        asked: Arc<AtomicUsize>,
        fails: bool,
        expiry: Option<SystemTime>,
    }

    impl TokenProvider for Counting {
        fn token<'a>(&'a self, _: &'a [&'a str]) -> TokenFuture<'a> {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            Box::pin(async move {
                let mut first = true;
                poll_fn(|cx| {
                    cx.waker().wake_by_ref();
                    if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }
                })
                .await;
                let token = AccessToken::new(format!("token-{number}"));
                match (self.fails, self.expiry) {
                    (true, _) => Err(TokenError::new("signed out")),
                    (false, Some(expiry)) => Ok(token.with_expiry(expiry)),
                    (false, None) => Ok(token),
                }
            })
        }
    }

    fn cache(provider: &Counting) -> TokenCache {
        TokenCache::new(Box::new(provider.clone()), String::from("scope"))
    }

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000)
    }

    type Waiting<'a> = Pin<Box<dyn Future<Output = Result<Arc<Kept>, TokenError>> + 'a>>;

    /// Polls all of them in turn until each is ready.
    fn run_all(mut waiting: Vec<Waiting<'_>>) -> Vec<Result<Arc<Kept>, TokenError>> {
        let mut results = Vec::new();
        let mut cx = Context::from_waker(Waker::noop());
        for _ in 0..10 {
            waiting.retain_mut(|future| match future.as_mut().poll(&mut cx) {
                Poll::Ready(result) => {
                    results.push(result);
                    false
                }
                Poll::Pending => true,
            });
        }
        assert!(waiting.is_empty(), "all are served");
        results
    }

    fn get(cache: &TokenCache, now: SystemTime) -> Result<Arc<Kept>, TokenError> {
        run_all(vec![Box::pin(cache.get(now))]).remove(0)
    }

    fn secret(kept: Result<Arc<Kept>, TokenError>) -> String {
        kept.expect("a token").token.secret().to_owned()
    }

    #[test]
    fn many_waiting_requests_ask_once() {
        for expiry in [None, Some(now() + Duration::from_secs(3600))] {
            let provider = Counting { expiry, ..Counting::default() };
            let cache = cache(&provider);
            let results = run_all((0..100).map(|_| Box::pin(cache.get(now())) as Waiting<'_>).collect());
            assert_eq!(results.len(), 100);
            assert!(results.into_iter().all(|kept| secret(kept) == "token-1"));
            assert_eq!(provider.asked.load(Ordering::SeqCst), 1);
        }
    }

    #[test]
    fn a_failure_is_shared_and_not_kept() {
        let provider = Counting { fails: true, ..Counting::default() };
        let cache = cache(&provider);
        let results = run_all((0..100).map(|_| Box::pin(cache.get(now())) as Waiting<'_>).collect());
        assert!(results.iter().all(Result::is_err));
        assert_eq!(provider.asked.load(Ordering::SeqCst), 1);
        assert!(get(&cache, now()).is_err());
        assert_eq!(provider.asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn it_is_renewed_five_minutes_before_it_expires() {
        let expiry = now() + Duration::from_secs(1000);
        let provider = Counting { expiry: Some(expiry), ..Counting::default() };
        let cache = cache(&provider);
        assert_eq!(secret(get(&cache, now())), "token-1");
        assert_eq!(secret(get(&cache, now() + Duration::from_secs(699))), "token-1");
        assert_eq!(secret(get(&cache, now() + Duration::from_secs(700))), "token-2");
    }

    #[test]
    fn if_renewing_fails_a_valid_token_is_used() {
        let expiry = now() + Duration::from_secs(1000);
        let provider = Counting { expiry: Some(expiry), ..Counting::default() };
        let mut cache = cache(&provider);
        assert_eq!(secret(get(&cache, now())), "token-1");
        cache.provider = Box::new(Counting { fails: true, ..provider.clone() });
        assert_eq!(secret(get(&cache, now() + Duration::from_secs(900))), "token-1");
        assert!(get(&cache, now() + Duration::from_secs(1001)).is_err());
    }

    #[test]
    fn a_refused_token_is_replaced_once() {
        let expiry = now() + Duration::from_secs(3600);
        let provider = Counting { expiry: Some(expiry), ..Counting::default() };
        let cache = cache(&provider);
        let refused = get(&cache, now()).expect("a token");
        let replace = || Box::pin(cache.replace(&refused, None, now())) as Waiting<'_>;
        let results = run_all(vec![replace(), replace(), replace()]);
        assert!(results.into_iter().all(|kept| secret(kept) == "token-2"));
        assert_eq!(provider.asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn many_refusals_with_a_challenge_ask_once() {
        for expiry in [None, Some(now() + Duration::from_secs(3600))] {
            let provider = Counting { expiry, ..Counting::default() };
            let cache = cache(&provider);
            let refused = get(&cache, now()).expect("a token");
            let replace = || Box::pin(cache.replace(&refused, Some("{}"), now())) as Waiting<'_>;
            let mut results = run_all((0..100).map(|_| replace()).collect());
            // A late one.
            results.extend(run_all(vec![replace()]));
            assert!(results.into_iter().all(|kept| secret(kept) == "token-2"));
            assert_eq!(provider.asked.load(Ordering::SeqCst), 2);
            let other = run_all(vec![Box::pin(cache.replace(&refused, Some("{1}"), now()))]).remove(0);
            assert_eq!(secret(other), "token-3", "other claims need another token");
        }
    }

    #[test]
    fn an_empty_token_is_none() {
        struct Empty;
        impl TokenProvider for Empty {
            fn token<'a>(&'a self, _: &'a [&'a str]) -> TokenFuture<'a> {
                Box::pin(std::future::ready(Ok(AccessToken::new(" "))))
            }
        }
        let cache = TokenCache::new(Box::new(Empty), String::from("scope"));
        let error = get(&cache, now()).err().expect("no token").to_string();
        assert_eq!(error, "no access token: the token of the provider is empty");
    }

    #[test]
    fn the_late_refusal_of_an_old_token_keeps_the_new_one() {
        let provider = Counting { expiry: Some(now() + Duration::from_secs(3600)), ..Counting::default() };
        let cache = cache(&provider);
        let refused = get(&cache, now()).expect("a token");
        for _ in 0..2 {
            let replaced = run_all(vec![Box::pin(cache.replace(&refused, None, now()))]).remove(0);
            assert_eq!(secret(replaced), "token-2");
        }
        assert_eq!(provider.asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_request_that_is_given_up_does_not_block_the_others() {
        let provider = Counting { expiry: Some(now() + Duration::from_secs(3600)), ..Counting::default() };
        let cache = cache(&provider);
        {
            let mut given_up = pin!(cache.get(now()));
            let mut cx = Context::from_waker(Waker::noop());
            assert!(given_up.as_mut().poll(&mut cx).is_pending());
        }
        assert_eq!(secret(get(&cache, now())), "token-2");
    }
}
