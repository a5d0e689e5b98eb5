//! The short way to state a rule.

/// States a rule whose page stands under `rules/` beside the file that states it.
///
/// `seat belt N` marks a rule that cannot be waived; `not waivable` one that cannot either, without
/// being a seat belt. Input errors are never waivable: nothing can be rendered from them.
#[macro_export]
macro_rules! rule {
    ($(#[$doc:meta])* pub $name:ident = $code:literal, $slug:literal, $severity:ident, $summary:literal) => {
        $crate::rule!(@build $(#[$doc])* $name, $code, $slug, $severity, None, false, $summary);
    };
    ($(#[$doc:meta])* pub $name:ident = $code:literal, $slug:literal, $severity:ident, waivable, $summary:literal) => {
        $crate::rule!(@build $(#[$doc])* $name, $code, $slug, $severity, None, true, $summary);
    };
    ($(#[$doc:meta])* pub $name:ident = $code:literal, $slug:literal, $severity:ident, seat belt $number:literal, $summary:literal) => {
        $crate::rule!(@build $(#[$doc])* $name, $code, $slug, $severity, Some($number), false, $summary);
    };
    (@build $(#[$doc:meta])* $name:ident, $code:literal, $slug:literal, $severity:ident, $belt:expr, $waivable:literal, $summary:literal) => {
        $(#[$doc])*
        pub static $name: $crate::diag::Rule = $crate::diag::Rule {
            code: $code,
            slug: $slug,
            severity: $crate::diag::Severity::$severity,
            seat_belt: $belt,
            waivable: $waivable,
            summary: $summary,
            page: include_str!(concat!("rules/", $code, "-", $slug, ".md")),
        };
    };
}
