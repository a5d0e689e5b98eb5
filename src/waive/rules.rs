//! The rules about waivers and baselines. None of them can be waived itself.

use crate::rule;

rule! {
    /// A waiver that lifts nothing.
    pub WAIVER_UNUSED = "SPC040", "waiver-unused", Warning,
    "every waiver lifts a finding"
}
rule! {
    /// A waiver whose last day is over.
    pub WAIVER_EXPIRED = "SPC041", "waiver-expired", Error,
    "no waiver is older than its last day"
}
rule! {
    /// A waiver that holds for years.
    pub WAIVER_TOO_LONG = "SPC042", "waiver-too-long", Error,
    "a waiver holds for a year at the most"
}
rule! {
    /// A waiver for a whole rule, a whole group or a whole file.
    pub WAIVER_OVER_BROAD = "SPC043", "waiver-over-broad", Error,
    "a waiver names one rule and one pool, object or value"
}
rule! {
    /// A waiver for a seat belt.
    pub WAIVER_OF_SEAT_BELT = "SPC044", "waiver-of-seat-belt", Error,
    "no waiver names a seat belt"
}
rule! {
    /// A waiver for what is no matter of opinion.
    pub WAIVER_OF_UNWAIVABLE_RULE = "SPC045", "waiver-of-unwaivable-rule", Error,
    "a waiver names a rule that a waiver can lift"
}
rule! {
    /// A waiver for a rule that there is not.
    pub WAIVER_OF_UNKNOWN_RULE = "SPC046", "waiver-of-unknown-rule", Error,
    "a waiver names a rule that exists"
}
rule! {
    /// Two waivers for the same.
    pub WAIVER_STATED_TWICE = "SPC047", "waiver-stated-twice", Error,
    "no two waivers are for the same rule in the same place"
}
rule! {
    /// A waiver for an environment that there is not.
    pub WAIVER_OF_UNKNOWN_ENVIRONMENT = "SPC048", "waiver-of-unknown-environment", Error,
    "the environment that a waiver names is one of the project's"
}
rule! {
    /// A known finding that is gone.
    pub BASELINE_ENTRY_GONE = "SPC050", "baseline-entry-gone", Note,
    "every finding of the baseline still occurs"
}
rule! {
    /// A baseline that claims to know what cannot be lifted.
    pub BASELINE_OF_UNWAIVABLE_RULE = "SPC051", "baseline-of-unwaivable-rule", Error,
    "a baseline holds only findings that a waiver could lift"
}

/// The rules of this step.
pub static ALL: &[&crate::diag::Rule] = &[
    &WAIVER_UNUSED,
    &WAIVER_EXPIRED,
    &WAIVER_TOO_LONG,
    &WAIVER_OVER_BROAD,
    &WAIVER_OF_SEAT_BELT,
    &WAIVER_OF_UNWAIVABLE_RULE,
    &WAIVER_OF_UNKNOWN_RULE,
    &WAIVER_STATED_TWICE,
    &WAIVER_OF_UNKNOWN_ENVIRONMENT,
    &BASELINE_ENTRY_GONE,
    &BASELINE_OF_UNWAIVABLE_RULE,
];
