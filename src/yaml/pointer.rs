//! A JSON pointer that is built from its end, while an error travels up.
//!
//! Nothing is recorded on the way down, so a document without a fault pays nothing for it.

use std::fmt;

/// The steps from the root to a value; kept deepest first until shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pointer(Vec<String>);

impl Pointer {
    /// Adds the key of the map around what was added before.
    pub(super) fn within_key(&mut self, key: &str) {
        self.0.push(key.replace('~', "~0").replace('/', "~1"));
    }

    /// Adds the index in the list around what was added before.
    pub(super) fn within_item(&mut self, index: usize) {
        self.0.push(index.to_string());
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|step| write!(f, "/{step}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Pointer;

    #[test]
    fn steps_are_escaped_and_shown_from_the_root() {
        let mut pointer = Pointer::default();
        assert_eq!(pointer.to_string(), "");
        pointer.within_key("a/b~c");
        pointer.within_item(3);
        pointer.within_key("spec");
        assert_eq!(pointer.to_string(), "/spec/3/a~1b~0c");
    }
}
