//! The primitive types of OData that JSON has only as strings.
//!
//! Each keeps the text that the service sent, because `9999-12-31T23:59:59.9999999Z`,
//! `P10675199DT2H48M5.4775807S` and offsets do not fit in the usual time types. Reading never fails
//! on a value; its accessors return `None` instead.
//!
//! Source: OData CSDL 4.01, section 3.3; OData ABNF 4.01, section 7 (literals).

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "time")]
mod time;

use super::super::base64;
use super::{Nullable, ReadError, ReadValue, Reader, WriteValue, Writer};
use serde_json::Value;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration as StdDuration, SystemTime};

macro_rules! text_types {
    ($($(#[$docs:meta])* $ty:ident;)*) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $ty(String);

        impl $ty {
            /// The text in JSON.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// As an argument of a function whose parameter has this type.
        impl AsRef<str> for $ty {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $ty {
            fn from(text: String) -> Self {
                $ty(text)
            }
        }

        impl From<&str> for $ty {
            fn from(text: &str) -> Self {
                $ty(text.to_owned())
            }
        }

        impl FromStr for $ty {
            type Err = Infallible;

            fn from_str(text: &str) -> Result<Self, Infallible> {
                Ok(text.into())
            }
        }

        impl From<$ty> for String {
            fn from(text: $ty) -> Self {
                text.0
            }
        }

        impl From<&str> for Nullable<$ty> {
            fn from(text: &str) -> Self {
                Nullable::Value(text.into())
            }
        }

        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ReadValue for $ty {
            fn read_value(input: Reader) -> Result<Self, ReadError> {
                input.string().map($ty)
            }

            fn read_or_keep(json: Value, odd: &mut Option<Value>) -> Option<Self> {
                String::read_or_keep(json, odd).map($ty)
            }

            fn is_like_its_kind(_: &Value) -> bool {
                true
            }
        }

        impl WriteValue for $ty {
            fn write_value(&self, out: &mut Writer) {
                out.string(&self.0);
            }
        }
    )*};
}

text_types! {
    /// A point in time with an offset from UTC: `Edm.DateTimeOffset`.
    ///
    /// Equality and order are those of the text: the same instant with a different offset is not
    /// equal.
    ///
    /// ```
    /// use msgraph::edm::DateTimeOffset;
    ///
    /// let end = DateTimeOffset::from("9999-12-31T23:59:59.9999999Z");
    /// assert_eq!(end.unix_nanoseconds(), Some(253_402_300_799_999_999_900));
    /// let early = DateTimeOffset::from("2021-08-01T09:30:00-08:00");
    /// assert_eq!(early.offset_minutes(), Some(-480));
    /// ```
    DateTimeOffset;
    /// A date without a time: `Edm.Date`.
    Date;
    /// A time of the day: `Edm.TimeOfDay`.
    TimeOfDay;
    /// A signed duration of days, hours, minutes and seconds: `Edm.Duration`.
    ///
    /// ```
    /// use msgraph::edm::Duration;
    ///
    /// assert_eq!(Duration::from("-PT17.5S").nanoseconds(), Some(-17_500_000_000));
    /// assert_eq!(Duration::from(std::time::Duration::from_secs(90)).as_str(), "PT90S");
    /// ```
    Duration;
    /// Bytes in base64: `Edm.Binary`.
    ///
    /// ```
    /// use msgraph::edm::Binary;
    ///
    /// let content = Binary::from(&b"Graph"[..]);
    /// assert_eq!(content.as_str(), "R3JhcGg=");
    /// assert_eq!(content.bytes().as_deref(), Some(&b"Graph"[..]));
    /// ```
    Binary;
}

const NANOSECONDS: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * NANOSECONDS;

/// A text is no date, time or duration, or another type cannot hold it: `9999-12-31T23:59:59Z` is beyond the range of
/// some, and `P1M` has no fixed length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} cannot be a {target}")]
pub struct TimeError {
    text: String,
    target: &'static str,
}

impl TimeError {
    fn new(text: &str, target: &'static str) -> Self {
        // The longest valid texts have some 40 characters.
        TimeError { text: text.chars().take(64).collect(), target }
    }

    /// The text, at most its first 64 characters.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The date and the time of a text without an offset, such as the property `dateTime` of a `dateTimeTimeZone`. Its
/// `timeZone` is the name of a time zone of Windows or IANA, or `UTC`; only a time zone database turns both into a point
/// in time.
///
/// ```
/// use msgraph::edm::{Date, TimeOfDay, split_date_time};
///
/// let (date, time) = split_date_time("2024-05-01T08:30:00.0000000").unwrap();
/// assert_eq!((date, time), (Date::new(2024, 5, 1), TimeOfDay::from("08:30:00.0000000")));
/// assert_eq!(split_date_time("2024-05-01T08:30:00Z"), None);
/// ```
///
/// Source: <https://learn.microsoft.com/graph/api/resources/datetimetimezone>.
pub fn split_date_time(text: &str) -> Option<(Date, TimeOfDay)> {
    let (date, time) = text.split_once(['T', 't'])?;
    day_number(date)?;
    time_of_day(time)?;
    Some((date.into(), time.into()))
}

impl DateTimeOffset {
    /// Nanoseconds since 1970-01-01T00:00:00Z. Digits beyond nanoseconds are cut off. A leap second is the second
    /// after it, as in Unix time. `None` if there is no such date or time.
    pub fn unix_nanoseconds(&self) -> Option<i128> {
        let (date, rest) = self.0.split_once(['T', 't'])?;
        let (time, offset) = split_offset(rest)?;
        let seconds = i128::from(day_number(date)?) * 86_400 - i128::from(offset) * 60;
        Some(seconds * NANOSECONDS + time_of_day(time)?)
    }

    /// In UTC if there is no such offset in OData.
    fn from_unix_nanoseconds(nanoseconds: i128, offset_seconds: i32) -> Self {
        let minutes = if offset_seconds % 60 == 0 { offset_seconds / 60 } else { 0 };
        let local = nanoseconds + i128::from(minutes) * 60 * NANOSECONDS;
        let (date, time) =
            (Date::from_day_number(local.div_euclid(DAY)), TimeOfDay::from_nanoseconds(local.rem_euclid(DAY)));
        let offset = match minutes {
            0 => String::from("Z"),
            _ => {
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("{sign}{:02}:{:02}", minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60)
            }
        };
        DateTimeOffset(format!("{date}T{time}{offset}"))
    }

    /// The offset from UTC.
    pub fn offset_minutes(&self) -> Option<i32> {
        split_offset(self.0.split_once(['T', 't'])?.1).map(|(_, offset)| offset)
    }

    /// The instant as a type of the standard library, if it fits.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let nanoseconds = self.unix_nanoseconds()?;
        let distance = std_duration(nanoseconds.unsigned_abs())?;
        if nanoseconds < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(distance)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(distance)
        }
    }
}

impl From<SystemTime> for DateTimeOffset {
    /// In UTC, with up to nine digits as needed.
    fn from(time: SystemTime) -> Self {
        let nanoseconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => i128::try_from(since.as_nanos()).unwrap_or(i128::MAX),
            Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
        };
        DateTimeOffset::from_unix_nanoseconds(nanoseconds, 0)
    }
}

impl TryFrom<&DateTimeOffset> for SystemTime {
    type Error = TimeError;

    fn try_from(time: &DateTimeOffset) -> Result<Self, TimeError> {
        time.to_system_time().ok_or_else(|| TimeError::new(&time.0, "std::time::SystemTime"))
    }
}

impl Date {
    /// A date of the Gregorian calendar. It is not checked; the service does that.
    pub fn new(year: i32, month: u8, day: u8) -> Self {
        let sign = if year < 0 { "-" } else { "" };
        Date(format!("{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs()))
    }

    fn from_day_number(day_number: i128) -> Self {
        // Far beyond all types of time, and without overflow.
        let (year, month, day) = civil_date(day_number.clamp(-1_i128 << 38, 1 << 38) as i64);
        Date::new(year as i32, month as u8, day as u8)
    }

    /// Year, month and day.
    pub fn parts(&self) -> Option<(i32, u8, u8)> {
        date_parts(&self.0)
    }
}

impl TimeOfDay {
    /// The time since midnight.
    pub fn since_midnight(&self) -> Option<StdDuration> {
        std_duration(time_of_day(&self.0)?.unsigned_abs())
    }

    fn from_nanoseconds(nanoseconds: i128) -> Self {
        let seconds = nanoseconds / NANOSECONDS;
        let fraction = fraction((nanoseconds % NANOSECONDS).unsigned_abs());
        TimeOfDay(format!("{:02}:{:02}:{:02}{fraction}", seconds / 3_600, seconds / 60 % 60, seconds % 60))
    }

    /// The time since midnight. No type of these crates has a leap second without a date, and `Edm.TimeOfDay` has none.
    #[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
    fn seconds_and_nanoseconds(&self) -> Option<(u32, u32)> {
        let since = self.since_midnight().filter(|_| self.0.get(6..8) != Some("60"))?;
        Some((u32::try_from(since.as_secs()).ok()?, since.subsec_nanos()))
    }
}

impl Duration {
    /// The length in nanoseconds; `None` if it has years or months, which have no fixed length.
    pub fn nanoseconds(&self) -> Option<i128> {
        let (sign, text) = match self.0.strip_prefix('-') {
            Some(text) => (-1, text),
            None => (1, self.0.strip_prefix('+').unwrap_or(&self.0)),
        };
        let (days, time) = match text.strip_prefix('P')?.split_once('T') {
            Some((days, time)) => (days, time),
            None => (text.strip_prefix('P')?, ""),
        };
        let mut total = 0;
        let mut parts = 0;
        for (text, units) in [(days, &[('D', 86_400)][..]), (time, &[('H', 3_600), ('M', 60), ('S', 1)][..])] {
            let mut rest = text;
            for (unit, seconds) in units {
                if let Some((number, after)) = rest.split_once(*unit) {
                    total += decimal(number)?.checked_mul(*seconds)?;
                    parts += 1;
                    rest = after;
                }
            }
            if !rest.is_empty() {
                return None;
            }
        }
        (parts > 0).then_some(sign * total)
    }

    /// The duration as a type of the standard library, if it is not negative.
    pub fn to_std(&self) -> Option<StdDuration> {
        std_duration(u128::try_from(self.nanoseconds()?).ok()?)
    }
}

impl Duration {
    fn from_nanoseconds(is_negative: bool, nanoseconds: u128) -> Self {
        let sign = if is_negative { "-" } else { "" };
        let per_second = NANOSECONDS.unsigned_abs();
        Duration(format!("{sign}PT{}{}S", nanoseconds / per_second, fraction(nanoseconds % per_second)))
    }

    /// Whole seconds and the rest, both with the sign.
    #[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
    fn seconds_and_nanoseconds(&self) -> Option<(i64, i32)> {
        let total = self.nanoseconds()?;
        Some((i64::try_from(total / NANOSECONDS).ok()?, i32::try_from(total % NANOSECONDS).ok()?))
    }
}

impl From<StdDuration> for Duration {
    fn from(duration: StdDuration) -> Self {
        Duration::from_nanoseconds(false, duration.as_nanos())
    }
}

impl TryFrom<&Duration> for StdDuration {
    type Error = TimeError;

    fn try_from(duration: &Duration) -> Result<Self, TimeError> {
        duration.to_std().ok_or_else(|| TimeError::new(&duration.0, "std::time::Duration"))
    }
}

/// `.5` for half a second, nothing for none.
fn fraction(nanoseconds: u128) -> String {
    if nanoseconds == 0 {
        return String::new();
    }
    format!(".{nanoseconds:09}").trim_end_matches('0').to_owned()
}

fn std_duration(nanoseconds: u128) -> Option<StdDuration> {
    let seconds = u64::try_from(nanoseconds / NANOSECONDS.unsigned_abs()).ok()?;
    let rest = u32::try_from(nanoseconds % NANOSECONDS.unsigned_abs()).ok()?;
    Some(StdDuration::new(seconds, rest))
}

/// `08:00:00.5+01:00` → `08:00:00.5` and 60.
fn split_offset(time: &str) -> Option<(&str, i32)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let at = time.rfind(['+', '-'])?;
    let (hours, minutes) = time[at + 1..].split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let offset = i32::from(hours) * 60 + i32::from(minutes);
    Some((&time[..at], if time[at..].starts_with('-') { -offset } else { offset }))
}

/// `08:30` or `08:30:15.25` in nanoseconds.
fn time_of_day(text: &str) -> Option<i128> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, second) = rest.split_once(':').unwrap_or((rest, "0"));
    let (hour, minute, second) = (digits(hour, 2)?, digits(minute, 2)?, decimal(second)?);
    let is_time = hour < 24 && minute < 60 && second < 61 * NANOSECONDS;
    is_time.then(|| (i128::from(hour) * 60 + i128::from(minute)) * 60 * NANOSECONDS + second)
}

/// A number with up to nine digits after the point, in units of 10⁻⁹; more digits are cut off.
fn decimal(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || whole.len() > 20 {
        return None;
    }
    let nanoseconds: i128 = format!("{fraction:0<9.9}").parse().ok()?;
    Some(whole.parse::<i128>().ok()? * NANOSECONDS + nanoseconds)
}

fn digits(text: &str, count: usize) -> Option<u16> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn date_parts(text: &str) -> Option<(i32, u8, u8)> {
    let (is_before_christ, positive) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let mut parts = positive.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !(4..=6).contains(&year.len()) || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year: i32 = year.parse().ok()?;
    let month = u8::try_from(digits(month, 2)?).ok().filter(|month| (1..=12).contains(month))?;
    let day = u8::try_from(digits(day, 2)?).ok().filter(|day| (1..=31).contains(day))?;
    Some((if is_before_christ { -year } else { year }, month, day))
}

/// Days since the start of a year that begins in March, so that the leap day is the last day.
const DAYS_BEFORE_MONTH: [i64; 12] = [306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275];
/// From 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// Days since 1970-01-01 in the Gregorian calendar.
fn day_number(date: &str) -> Option<i64> {
    let (year, month, day) = date_parts(date)?;
    let year = i64::from(year) - i64::from(month < 3);
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let in_year = DAYS_BEFORE_MONTH[usize::from(month) - 1] + i64::from(day) - 1;
    let number = year * 365 + leap_days + in_year - EPOCH;
    // There is no 30th of February.
    (civil_date(number).2 == i64::from(day)).then_some(number)
}

/// The inverse of [`day_number`].
fn civil_date(day_number: i64) -> (i64, usize, i64) {
    let day = day_number + EPOCH;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let in_year = day - (year * 365 + year / 4 - year / 100);
    let starts = |month: &usize| DAYS_BEFORE_MONTH[*month - 1];
    let month = (1..=12_usize).filter(|month| starts(month) <= in_year).max_by_key(starts).unwrap_or(3);
    (era * 400 + year + i64::from(month < 3), month, in_year - DAYS_BEFORE_MONTH[month - 1] + 1)
}

impl Binary {
    /// The bytes. Also reads the URL-safe alphabet and text without padding (RFC 4648, sections 4 and 5).
    pub fn bytes(&self) -> Option<Vec<u8>> {
        base64::decode(&self.0)
    }
}

impl From<&[u8]> for Binary {
    fn from(bytes: &[u8]) -> Self {
        Binary(base64::encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_time() {
        let table = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1970-01-01T01:00:00.5+01:00", Some(500_000_000)),
            ("2000-02-29T12:00:00Z", Some(951_825_600 * NANOSECONDS)),
            ("0001-01-01T00:00:00Z", Some(-62_135_596_800 * NANOSECONDS)),
            ("9999-12-31T23:59:59.9999999Z", Some(253_402_300_799 * NANOSECONDS + 999_999_900)),
            ("2021-08-01T09:30-08:00", Some(1_627_839_000 * NANOSECONDS)),
            ("2021-08-01T09:30:00", None),
            ("2021-13-01T09:30:00Z", None),
            ("2023-02-29T09:30:00Z", None),
            ("2021-08-01T24:30:00Z", None),
            ("2021-08-01T09:30:00+25:00", None),
            ("2016-12-31T23:59:60-00:00", Some(1_483_228_800 * NANOSECONDS)),
            ("é", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(DateTimeOffset::from(text).unix_nanoseconds(), expected, "{text}");
        }
        for text in ["1969-12-31T23:59:59.25Z", "2024-02-29T23:00:00Z", "2100-03-01T00:00:00Z", "1600-12-31T00:00:01Z"]
        {
            let time = DateTimeOffset::from(text).to_system_time().expect("is in range");
            assert_eq!(DateTimeOffset::from(time).as_str(), text);
        }
    }

    #[test]
    fn dates_and_times() {
        assert_eq!(Date::new(2021, 8, 1).as_str(), "2021-08-01");
        assert_eq!(Date::from("2021-08-01").parts(), Some((2021, 8, 1)));
        assert_eq!(Date::from("2021-8-1").parts(), None);
        let eight = TimeOfDay::from("08:00:00.0000000").since_midnight();
        assert_eq!(eight, Some(StdDuration::from_secs(8 * 3_600)));
        assert_eq!(TimeOfDay::from("8 o'clock").since_midnight(), None);
    }

    #[test]
    fn durations() {
        let table = [
            ("PT3M29.6631862S", Some(209_663_186_200)),
            ("P30D", Some(30 * 86_400 * NANOSECONDS)),
            ("P10675199DT2H48M5.4775807S", Some(922_337_203_685_477_580_700)),
            ("-PT17.1357909S", Some(-17_135_790_900)),
            ("PT0S", Some(0)),
            ("P1M", None),
            ("P", None),
            ("PT", None),
            ("PT5", None),
            ("PT1S1M", None),
            ("1 day", None),
        ];
        for (text, expected) in table {
            assert_eq!(Duration::from(text).nanoseconds(), expected, "{text}");
        }
        assert_eq!(Duration::from("PT1.5S").to_std(), Some(StdDuration::from_millis(1_500)));
        assert_eq!(Duration::from("-PT1S").to_std(), None);
    }

    #[test]
    fn texts_without_an_offset() {
        let (date, time) = split_date_time("2024-02-29T08:30:00.0000000").expect("is a date and a time");
        assert_eq!((date.as_str(), time.as_str()), ("2024-02-29", "08:30:00.0000000"));
        for text in ["2024-02-29", "2024-02-30T08:30:00", "2024-02-29T08:30:00+01:00", "T", ""] {
            assert_eq!(split_date_time(text), None, "{text}");
        }
    }

    #[test]
    fn standard_types() {
        let time = SystemTime::try_from(&DateTimeOffset::from("2024-02-30T08:30:00Z"));
        let error = time.map_err(|error| error.to_string());
        assert_eq!(error, Err("\"2024-02-30T08:30:00Z\" cannot be a std::time::SystemTime".to_owned()));
        assert_eq!(StdDuration::try_from(&Duration::from("PT1.5S")), Ok(StdDuration::from_millis(1_500)));
        assert!(StdDuration::try_from(&Duration::from("-PT1S")).is_err());
        assert_eq!(TimeError::new(&"é".repeat(100), "x").text().chars().count(), 64);
    }

    /// What is written and read again, as a text or an error, by each bridge.
    #[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
    fn through<E, T>(text: &str) -> Option<String>
    where
        E: for<'a> From<&'a str> + From<T> + fmt::Display,
        T: for<'a> TryFrom<&'a E, Error = TimeError>,
    {
        T::try_from(&E::from(text)).ok().map(|value| E::from(value).to_string())
    }

    #[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
    #[track_caller]
    fn agree<E, T>(table: &[(&str, Option<&str>)])
    where
        E: for<'a> From<&'a str> + From<T> + fmt::Display,
        T: for<'a> TryFrom<&'a E, Error = TimeError>,
    {
        for (text, expected) in table {
            assert_eq!(through::<E, T>(text).as_deref(), *expected, "{text}");
        }
    }

    #[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
    mod bridges {
        use super::*;

        const DATES: [(&str, Option<&str>); 6] = [
            ("2024-02-29", Some("2024-02-29")),
            ("0001-01-01", Some("0001-01-01")),
            ("9999-12-31", Some("9999-12-31")),
            ("2023-02-29", None),
            ("2024-00-01", None),
            ("today", None),
        ];
        const TIMES: [(&str, Option<&str>); 6] = [
            ("08:30", Some("08:30:00")),
            ("23:59:59.9999999", Some("23:59:59.9999999")),
            ("00:00:00.0000000", Some("00:00:00")),
            ("08:00:60", None),
            ("24:00:00", None),
            ("noon", None),
        ];
        const DURATIONS: [(&str, Option<&str>); 6] = [
            ("P1DT2H", Some("PT93600S")),
            ("-PT0.5S", Some("-PT0.5S")),
            ("PT0S", Some("PT0S")),
            ("P10675199DT2H48M5.4775807S", Some("PT922337203685.4775807S")),
            ("P1M", None),
            ("P999999999999999999D", None),
        ];
        const INSTANTS: [(&str, Option<&str>); 6] = [
            ("2021-08-01T09:30:00-08:00", Some("2021-08-01T17:30:00Z")),
            ("2016-12-31T23:59:60Z", Some("2017-01-01T00:00:00Z")),
            ("1969-12-31T23:59:59.25-00:00", Some("1969-12-31T23:59:59.25Z")),
            ("0001-01-01T00:00:00Z", Some("0001-01-01T00:00:00Z")),
            ("2021-08-01T09:30:00", None),
            ("never", None),
        ];
        const LOCAL: [(&str, Option<&str>); 5] = [
            ("2021-08-01T09:30:00-08:00", Some("2021-08-01T09:30:00-08:00")),
            ("2021-08-01T09:30:00.0000001+05:45", Some("2021-08-01T09:30:00.0000001+05:45")),
            ("9999-12-31T23:59:59.9999999Z", Some("9999-12-31T23:59:59.9999999Z")),
            ("0001-01-01T00:00:00-00:00", Some("0001-01-01T00:00:00Z")),
            ("2021-08-01T09:30:00+24:00", None),
        ];

        #[cfg(feature = "jiff")]
        #[test]
        fn with_jiff() {
            use ::jiff::{SignedDuration, Timestamp, civil};
            agree::<Date, civil::Date>(&DATES);
            agree::<TimeOfDay, civil::Time>(&TIMES);
            agree::<Duration, SignedDuration>(&DURATIONS);
            agree::<DateTimeOffset, Timestamp>(&INSTANTS);
            // Beyond the range of the crate, which keeps room for every offset.
            agree::<DateTimeOffset, Timestamp>(&[
                ("9999-12-31T23:59:59.9999999Z", None),
                ("-9999-01-01T00:00:00Z", None),
            ]);
            let extreme = SignedDuration::MIN;
            assert_eq!(SignedDuration::try_from(&Duration::from(extreme)), Ok(extreme));
        }

        #[cfg(feature = "chrono")]
        #[test]
        fn with_chrono() {
            use ::chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};
            agree::<Date, NaiveDate>(&DATES);
            agree::<TimeOfDay, NaiveTime>(&TIMES);
            agree::<Duration, TimeDelta>(&DURATIONS);
            agree::<DateTimeOffset, DateTime<Utc>>(&INSTANTS);
            agree::<DateTimeOffset, DateTime<FixedOffset>>(&LOCAL);
            for extreme in [TimeDelta::MIN, TimeDelta::MAX] {
                assert_eq!(TimeDelta::try_from(&Duration::from(extreme)), Ok(extreme));
            }
            for extreme in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
                assert_eq!(DateTime::try_from(&DateTimeOffset::from(extreme)), Ok(extreme));
            }
            let leap = NaiveTime::from_hms_milli_opt(23, 59, 59, 1_500).expect("is a leap second");
            assert_eq!(TimeOfDay::from(leap).as_str(), "23:59:60.5");
        }

        #[cfg(feature = "time")]
        #[test]
        fn with_time() {
            use ::time::OffsetDateTime;
            agree::<Date, ::time::Date>(&DATES);
            agree::<TimeOfDay, ::time::Time>(&TIMES);
            agree::<Duration, ::time::Duration>(&DURATIONS);
            agree::<DateTimeOffset, OffsetDateTime>(&LOCAL);
            for extreme in [::time::Duration::MIN, ::time::Duration::MAX] {
                assert_eq!(::time::Duration::try_from(&Duration::from(extreme)), Ok(extreme));
            }
        }
    }

    #[test]
    fn binary() {
        assert_eq!(Binary::from("-_8").bytes(), Some(vec![0xFB, 0xFF]));
        assert_eq!(Binary::from("a").bytes(), None);
        assert_eq!(Binary::from("a b=").bytes(), None);
    }
}
