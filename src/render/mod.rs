//! Plan to objects: one file per emitted kind.

pub mod object;

pub use object::{Bundle, Object, Origin};
