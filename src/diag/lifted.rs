//! What takes the weight off a finding: a waiver, or a baseline that knows it.

/// Why a finding no longer counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lifted {
    /// A waiver accepts it for a time.
    Waived(Waived),
    /// The baseline knows it.
    Known,
}

/// What a waiver says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// Why the finding is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which the waiver holds, `YYYY-MM-DD`.
    pub expires: String,
}

impl Lifted {
    /// One line for formats that have a place for a reason.
    pub(super) fn justification(&self) -> String {
        match self {
            Lifted::Waived(waived) => {
                format!(
                    "{} (waived by {} until {})",
                    waived.reason.trim(),
                    waived.owner.trim(),
                    waived.expires
                )
            }
            Lifted::Known => "known since the baseline".to_owned(),
        }
    }
}
