//! Plan to objects: one file per emitted kind.

pub mod accelerators;
mod cluster_policy;
mod cluster_policy_presets;
mod device_plugin_config;
pub mod from_template;
mod namespace;
mod node_feature_discovery;
pub mod object;
mod operator_group;
mod subscription;
mod tolerations;

pub use object::{Bundle, Object, Origin};
