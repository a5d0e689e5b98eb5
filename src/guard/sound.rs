//! Texts that were found to be sound. The same few keys stand on every object of an environment, so that
//! each need not be taken apart anew.

/// How many are kept: more than that do not come again and again.
const MOST: usize = 32;

/// The texts that one check has found sound.
#[derive(Debug, Default)]
pub(super) struct Sound<'a>(Vec<&'a str>);

impl<'a> Sound<'a> {
    /// Whether this very text was.
    pub(super) fn has(&self, text: &str) -> bool {
        self.0.contains(&text)
    }

    /// Keeps one.
    pub(super) fn add(&mut self, text: &'a str) {
        if self.0.len() < MOST {
            self.0.push(text);
        }
    }
}
