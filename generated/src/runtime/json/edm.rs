//! The primitive types of OData that JSON has only as strings.
//!
//! Each keeps the text that the service sent, because `9999-12-31T23:59:59.9999999Z`,
//! `P10675199DT2H48M5.4775807S` and offsets do not fit in the usual time types. Reading never fails
//! on a value; its accessors return `None` instead.
//!
//! Source: OData CSDL 4.01, section 3.3; OData ABNF 4.01, section 7 (literals).

use super::super::base64;
use super::{Nullable, ReadError, ReadValue, Reader, WriteValue, Writer};
use serde_json::Value;
use std::fmt;
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

impl DateTimeOffset {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub fn unix_nanoseconds(&self) -> Option<i128> {
        let (date, rest) = self.0.split_once(['T', 't'])?;
        let (time, offset) = split_offset(rest)?;
        let seconds = i128::from(day_number(date)?) * 86_400 - i128::from(offset) * 60;
        Some(seconds * NANOSECONDS + time_of_day(time)?)
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
        let (day, in_day) =
            (nanoseconds.div_euclid(86_400 * NANOSECONDS), nanoseconds.rem_euclid(86_400 * NANOSECONDS));
        let (year, month, day) = civil_date(i64::try_from(day).unwrap_or(i64::MAX / 2));
        let seconds = in_day / NANOSECONDS;
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let fraction = fraction((in_day % NANOSECONDS).unsigned_abs());
        DateTimeOffset(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"))
    }
}

impl Date {
    /// A date of the Gregorian calendar. It is not checked; the service does that.
    pub fn new(year: i32, month: u8, day: u8) -> Self {
        Date(format!("{year:04}-{month:02}-{day:02}"))
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

impl From<StdDuration> for Duration {
    fn from(duration: StdDuration) -> Self {
        let fraction = fraction(u128::from(duration.subsec_nanos()));
        Duration(format!("PT{}{fraction}S", duration.as_secs()))
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
    let offset = i32::from(digits(hours, 2)?) * 60 + i32::from(digits(minutes, 2)?);
    Some((&time[..at], if time[at..].starts_with('-') { -offset } else { offset }))
}

/// `08:30` or `08:30:15.25` in nanoseconds.
fn time_of_day(text: &str) -> Option<i128> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, second) = rest.split_once(':').unwrap_or((rest, "0"));
    let minutes = i128::from(digits(hour, 2)?) * 60 + i128::from(digits(minute, 2)?);
    Some(minutes * 60 * NANOSECONDS + decimal(second)?)
}

/// A number with up to nine digits after the point, in units of 10⁻⁹; more digits are cut off.
fn decimal(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || whole.len() > 18 {
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
    Some(year * 365 + leap_days + in_year - EPOCH)
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
    fn binary() {
        assert_eq!(Binary::from("-_8").bytes(), Some(vec![0xFB, 0xFF]));
        assert_eq!(Binary::from("a").bytes(), None);
        assert_eq!(Binary::from("a b=").bytes(), None);
    }
}
