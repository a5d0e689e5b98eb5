//! The rules about any object, and about those of the repository's own: one file each, with its page under
//! `rules/`.

pub mod object_incomplete;
pub mod quota_of_devices;
pub mod quota_scope;

use super::Subject;
use crate::render::Object;

/// The rendered ResourceQuotas.
fn resource_quotas<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Object> {
    subject.of_kind("ResourceQuota").filter(|object| object.group().is_empty())
}

/// The hard limits of a ResourceQuota, by the resource's name.
fn hard_limits(quota: &Object) -> impl Iterator<Item = &str> {
    let hard = quota.value["spec"]["hard"].as_object();
    hard.into_iter().flatten().map(|(name, _)| name.as_str())
}

/// The device that a key limits: an extended resource such as `nvidia.com/gpu`, which has a domain that is
/// not Kubernetes' own.
fn device(key: &str) -> Option<&str> {
    let resource = key.strip_prefix("requests.").or_else(|| key.strip_prefix("limits.")).unwrap_or(key);
    let (domain, _) = resource.split_once('/')?;
    // `count/pods.example.com` and `<class>.storageclass.storage.k8s.io/requests.storage` count objects.
    let of_kubernetes = domain == "count" || domain == "kubernetes.io" || domain.ends_with(".k8s.io");
    (!of_kubernetes).then_some(resource)
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn devices_are_told_from_what_kubernetes_counts() {
        assert_eq!(device("requests.nvidia.com/gpu"), Some("nvidia.com/gpu"));
        assert_eq!(device("limits.nvidia.com/gpu"), Some("nvidia.com/gpu"));
        assert_eq!(device("aws.amazon.com/neuron"), Some("aws.amazon.com/neuron"));
        for other in [
            "pods",
            "requests.cpu",
            "count/jobs.batch",
            "gp3.storageclass.storage.k8s.io/requests.storage",
            "requests.hugepages-2Mi",
        ] {
            assert_eq!(device(other), None, "{other}");
        }
    }
}
