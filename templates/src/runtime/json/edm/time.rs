//! Owns the conversions from and to the types of the crate `time`.

use super::{Date, DateTimeOffset, Duration, TimeError, TimeOfDay};
use ::time::{Month, OffsetDateTime, UtcOffset};

impl From<OffsetDateTime> for DateTimeOffset {
    /// With the same offset; in UTC if the offset has seconds.
    fn from(time: OffsetDateTime) -> Self {
        DateTimeOffset::from_unix_nanoseconds(time.unix_timestamp_nanos(), time.offset().whole_seconds())
    }
}

impl TryFrom<&DateTimeOffset> for OffsetDateTime {
    type Error = TimeError;

    fn try_from(time: &DateTimeOffset) -> Result<Self, TimeError> {
        let found = time.unix_nanoseconds().and_then(|nanoseconds| {
            let utc = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok()?;
            utc.checked_to_offset(UtcOffset::from_whole_seconds(time.offset_minutes()? * 60).ok()?)
        });
        found.ok_or_else(|| TimeError::new(time.as_str(), "time::OffsetDateTime"))
    }
}

impl From<::time::Date> for Date {
    fn from(date: ::time::Date) -> Self {
        Date::new(date.year(), date.month().into(), date.day())
    }
}

impl TryFrom<&Date> for ::time::Date {
    type Error = TimeError;

    fn try_from(date: &Date) -> Result<Self, TimeError> {
        date.parts()
            .and_then(|(year, month, day)| {
                ::time::Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
            })
            .ok_or_else(|| TimeError::new(date.as_str(), "time::Date"))
    }
}

impl From<::time::Time> for TimeOfDay {
    fn from(time: ::time::Time) -> Self {
        let seconds = i128::from(time.hour()) * 3_600 + i128::from(time.minute()) * 60 + i128::from(time.second());
        TimeOfDay::from_nanoseconds(seconds * super::NANOSECONDS + i128::from(time.nanosecond()))
    }
}

impl TryFrom<&TimeOfDay> for ::time::Time {
    type Error = TimeError;

    fn try_from(time: &TimeOfDay) -> Result<Self, TimeError> {
        let found = time.seconds_and_nanoseconds().and_then(|(seconds, nanoseconds)| {
            let part = |part: u32| u8::try_from(part).ok();
            let (hour, minute, second) = (part(seconds / 3_600)?, part(seconds / 60 % 60)?, part(seconds % 60)?);
            ::time::Time::from_hms_nano(hour, minute, second, nanoseconds).ok()
        });
        found.ok_or_else(|| TimeError::new(time.as_str(), "time::Time"))
    }
}

impl From<::time::Duration> for Duration {
    fn from(duration: ::time::Duration) -> Self {
        Duration::from_nanoseconds(duration.is_negative(), duration.whole_nanoseconds().unsigned_abs())
    }
}

impl TryFrom<&Duration> for ::time::Duration {
    type Error = TimeError;

    fn try_from(duration: &Duration) -> Result<Self, TimeError> {
        duration
            .seconds_and_nanoseconds()
            .map(|(seconds, nanoseconds)| ::time::Duration::new(seconds, nanoseconds))
            .ok_or_else(|| TimeError::new(duration.as_str(), "time::Duration"))
    }
}
