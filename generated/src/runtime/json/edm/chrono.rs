//! Owns the conversions from and to the types of the crate `chrono`.

use super::{Date, DateTimeOffset, Duration, NANOSECONDS, TimeError, TimeOfDay};
use ::chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc};

impl<Z: TimeZone> From<DateTime<Z>> for DateTimeOffset {
    /// With the same offset; in UTC if the offset has seconds. A leap second is the second after it.
    fn from(time: DateTime<Z>) -> Self {
        let nanoseconds = i128::from(time.timestamp()) * NANOSECONDS + i128::from(time.timestamp_subsec_nanos());
        DateTimeOffset::from_unix_nanoseconds(nanoseconds, time.offset().fix().local_minus_utc())
    }
}

impl TryFrom<&DateTimeOffset> for DateTime<Utc> {
    type Error = TimeError;

    fn try_from(time: &DateTimeOffset) -> Result<Self, TimeError> {
        let found = time.unix_nanoseconds().and_then(|nanoseconds| {
            let seconds = i64::try_from(nanoseconds.div_euclid(NANOSECONDS)).ok()?;
            DateTime::from_timestamp(seconds, u32::try_from(nanoseconds.rem_euclid(NANOSECONDS)).ok()?)
        });
        found.ok_or_else(|| TimeError::new(time.as_str(), "chrono::DateTime"))
    }
}

impl TryFrom<&DateTimeOffset> for DateTime<FixedOffset> {
    type Error = TimeError;

    fn try_from(time: &DateTimeOffset) -> Result<Self, TimeError> {
        let utc = DateTime::<Utc>::try_from(time)?;
        let offset = time.offset_minutes().and_then(|minutes| FixedOffset::east_opt(minutes * 60));
        // The local time must be in range as well.
        offset
            .filter(|offset| utc.naive_utc().checked_add_offset(*offset).is_some())
            .map(|offset| utc.with_timezone(&offset))
            .ok_or_else(|| TimeError::new(time.as_str(), "chrono::DateTime"))
    }
}

impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Date::new(date.year(), date.month() as u8, date.day() as u8)
    }
}

impl TryFrom<&Date> for NaiveDate {
    type Error = TimeError;

    fn try_from(date: &Date) -> Result<Self, TimeError> {
        date.parts()
            .and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month.into(), day.into()))
            .ok_or_else(|| TimeError::new(date.as_str(), "chrono::NaiveDate"))
    }
}

impl From<NaiveTime> for TimeOfDay {
    /// A leap second is written as such: `23:59:60`.
    fn from(time: NaiveTime) -> Self {
        let nanoseconds = i128::from(time.nanosecond());
        let seconds = i128::from(time.num_seconds_from_midnight());
        if nanoseconds < NANOSECONDS {
            return TimeOfDay::from_nanoseconds(seconds * NANOSECONDS + nanoseconds);
        }
        let fraction = super::fraction((nanoseconds - NANOSECONDS).unsigned_abs());
        TimeOfDay(format!("{:02}:{:02}:{:02}{fraction}", time.hour(), time.minute(), time.second() + 1))
    }
}

impl TryFrom<&TimeOfDay> for NaiveTime {
    type Error = TimeError;

    fn try_from(time: &TimeOfDay) -> Result<Self, TimeError> {
        time.seconds_and_nanoseconds()
            .and_then(|(seconds, rest)| NaiveTime::from_num_seconds_from_midnight_opt(seconds, rest))
            .ok_or_else(|| TimeError::new(time.as_str(), "chrono::NaiveTime"))
    }
}

impl From<TimeDelta> for Duration {
    fn from(duration: TimeDelta) -> Self {
        let total = i128::from(duration.num_seconds()) * NANOSECONDS + i128::from(duration.subsec_nanos());
        Duration::from_nanoseconds(total < 0, total.unsigned_abs())
    }
}

impl TryFrom<&Duration> for TimeDelta {
    type Error = TimeError;

    fn try_from(duration: &Duration) -> Result<Self, TimeError> {
        let found = duration.nanoseconds().and_then(|total| {
            let seconds = i64::try_from(total.div_euclid(NANOSECONDS)).ok()?;
            TimeDelta::new(seconds, u32::try_from(total.rem_euclid(NANOSECONDS)).ok()?)
        });
        found.ok_or_else(|| TimeError::new(duration.as_str(), "chrono::TimeDelta"))
    }
}
