//! The releases of the NVIDIA GPU Operator that poolsmith knows, and what tells them apart.
//!
//! Source: the operator's own bundles, `bundle/metadata/annotations.yaml` of each release branch of
//! NVIDIA/gpu-operator, which name the channel and the OpenShift versions whose catalogue has it.

use super::scalars::{MinorVersion, VersionRange};

/// A release of the GPU Operator, which is also a channel of its package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// v24.9.
    V24_9,
    /// v25.3.
    V25_3,
    /// v25.10.
    V25_10,
    /// v26.3.
    V26_3,
    /// v26.7.
    V26_7,
}

impl Release {
    /// All of them, the oldest first.
    pub const ALL: [Release; 5] =
        [Release::V24_9, Release::V25_3, Release::V25_10, Release::V26_3, Release::V26_7];

    /// The oldest.
    pub const OLDEST: Release = Release::V24_9;
    /// The newest.
    pub const NEWEST: Release = Release::V26_7;

    /// The channel's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Release::V24_9 => "v24.9",
            Release::V25_3 => "v25.3",
            Release::V25_10 => "v25.10",
            Release::V26_3 => "v26.3",
            Release::V26_7 => "v26.7",
        }
    }

    /// The year and the month that the name is made of.
    fn year_and_month(self) -> (u16, u16) {
        match self {
            Release::V24_9 => (24, 9),
            Release::V25_3 => (25, 3),
            Release::V25_10 => (25, 10),
            Release::V26_3 => (26, 3),
            Release::V26_7 => (26, 7),
        }
    }

    /// The OpenShift versions whose catalogue has the channel.
    pub fn openshift(self) -> VersionRange {
        let (min, max) = match self {
            Release::V24_9 => (12, 17),
            Release::V25_3 => (14, 19),
            Release::V25_10 => (14, 20),
            Release::V26_3 => (14, 22),
            Release::V26_7 => (18, 22),
        };
        VersionRange { min: MinorVersion::new(4, min), max: MinorVersion::new(4, max) }
    }

    /// Whether the channel is there on every version of `cluster`.
    pub fn serves(self, cluster: VersionRange) -> bool {
        let range = self.openshift();
        range.min <= cluster.min && cluster.max <= range.max
    }
}

/// What a channel's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A release that poolsmith knows.
    Known(Release),
    /// `stable`, which moves from release to release.
    Floating,
    /// A release that poolsmith does not know: its name has the right form.
    Unlisted {
        /// The year in the name.
        year: u16,
        /// The month in the name.
        month: u16,
    },
    /// Anything else.
    Unknown,
}

impl Channel {
    /// What the name `text` says.
    pub fn parse(text: &str) -> Channel {
        if text == "stable" {
            return Channel::Floating;
        }
        if let Some(release) = Release::ALL.into_iter().find(|release| release.as_str() == text) {
            return Channel::Known(release);
        }
        match year_and_month(text) {
            Some((year, month)) => Channel::Unlisted { year, month },
            None => Channel::Unknown,
        }
    }

    /// The release whose ClusterPolicy is rendered for this channel on `cluster`: the release itself;
    /// for `stable` the newest that the cluster's catalogue has; else the nearest that is not newer.
    pub fn release(self, cluster: VersionRange) -> Release {
        let newest = |holds: &dyn Fn(Release) -> bool| Release::ALL.into_iter().rev().find(|r| holds(*r));
        match self {
            Channel::Known(release) => release,
            Channel::Floating => newest(&|release| release.serves(cluster)).unwrap_or(Release::NEWEST),
            Channel::Unlisted { year, month } => {
                newest(&|release| release.year_and_month() <= (year, month)).unwrap_or(Release::OLDEST)
            }
            Channel::Unknown => Release::NEWEST,
        }
    }
}

/// Reads `vYY.M`.
fn year_and_month(text: &str) -> Option<(u16, u16)> {
    let (year, month) = text.strip_prefix('v')?.split_once('.')?;
    let number = |digits: &str| -> Option<u16> {
        (digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit()))
            .then(|| digits.parse().ok())
            .flatten()
    };
    let (year, month) = (number(year)?, number(month)?);
    (1..=12).contains(&month).then_some((year, month))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(min: u16, max: u16) -> VersionRange {
        VersionRange { min: MinorVersion::new(4, min), max: MinorVersion::new(4, max) }
    }

    #[test]
    fn every_release_reads_back_as_itself() {
        for release in Release::ALL {
            assert_eq!(Channel::parse(release.as_str()), Channel::Known(release));
            assert_eq!(year_and_month(release.as_str()), Some(release.year_and_month()));
        }
    }

    #[test]
    fn a_channel_serves_a_cluster_only_with_its_whole_range() {
        assert!(Release::V25_10.serves(cluster(19, 20)));
        assert!(!Release::V25_10.serves(cluster(20, 21)), "4.21 has no v25.10");
        assert!(!Release::V26_7.serves(cluster(17, 18)), "4.17 has no v26.7");
    }

    #[test]
    fn other_channels_fall_back_to_the_nearest_release() {
        let on = |channel: &str, min, max| Channel::parse(channel).release(cluster(min, max));
        assert_eq!(on("stable", 16, 16), Release::V26_3);
        assert_eq!(on("stable", 12, 12), Release::V24_9);
        assert_eq!(on("v26.1", 20, 20), Release::V25_10);
        assert_eq!(on("v24.6", 16, 16), Release::V24_9);
        assert_eq!(on("v27.1", 22, 22), Release::V26_7);
        assert_eq!(Channel::parse("25.10"), Channel::Unknown);
        assert_eq!(Channel::parse("v25.13"), Channel::Unknown);
        assert_eq!(Channel::parse("v25.10.1"), Channel::Unknown);
    }
}
