//! Owns the conversions from and to the types of the crate `jiff`.

use super::{Date, DateTimeOffset, Duration, TimeError, TimeOfDay};
use ::jiff::{SignedDuration, Timestamp, civil};

impl From<Timestamp> for DateTimeOffset {
    /// In UTC.
    fn from(time: Timestamp) -> Self {
        DateTimeOffset::from_unix_nanoseconds(time.as_nanosecond(), 0)
    }
}

impl TryFrom<&DateTimeOffset> for Timestamp {
    type Error = TimeError;

    fn try_from(time: &DateTimeOffset) -> Result<Self, TimeError> {
        let nanoseconds = time.unix_nanoseconds();
        nanoseconds
            .and_then(|nanoseconds| Timestamp::from_nanosecond(nanoseconds).ok())
            .ok_or_else(|| TimeError::new(time.as_str(), "jiff::Timestamp"))
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Date::new(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    }
}

impl TryFrom<&Date> for civil::Date {
    type Error = TimeError;

    fn try_from(date: &Date) -> Result<Self, TimeError> {
        let found = date.parts().and_then(|(year, month, day)| {
            let (year, month, day) = (year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?);
            civil::Date::new(year, month, day).ok()
        });
        found.ok_or_else(|| TimeError::new(date.as_str(), "jiff::civil::Date"))
    }
}

impl From<civil::Time> for TimeOfDay {
    fn from(time: civil::Time) -> Self {
        let seconds = i128::from(time.hour()) * 3_600 + i128::from(time.minute()) * 60 + i128::from(time.second());
        TimeOfDay::from_nanoseconds(seconds * super::NANOSECONDS + i128::from(time.subsec_nanosecond()))
    }
}

impl TryFrom<&TimeOfDay> for civil::Time {
    type Error = TimeError;

    fn try_from(time: &TimeOfDay) -> Result<Self, TimeError> {
        let found = time.seconds_and_nanoseconds().and_then(|(seconds, nanoseconds)| {
            let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            let part = |part: u32| i8::try_from(part).ok();
            civil::Time::new(part(hour)?, part(minute)?, part(second)?, nanoseconds.try_into().ok()?).ok()
        });
        found.ok_or_else(|| TimeError::new(time.as_str(), "jiff::civil::Time"))
    }
}

impl From<SignedDuration> for Duration {
    fn from(duration: SignedDuration) -> Self {
        Duration::from_nanoseconds(duration.is_negative(), duration.as_nanos().unsigned_abs())
    }
}

impl TryFrom<&Duration> for SignedDuration {
    type Error = TimeError;

    fn try_from(duration: &Duration) -> Result<Self, TimeError> {
        let found = duration.seconds_and_nanoseconds();
        found
            .map(|(seconds, nanoseconds)| SignedDuration::new(seconds, nanoseconds))
            .ok_or_else(|| TimeError::new(duration.as_str(), "jiff::SignedDuration"))
    }
}
