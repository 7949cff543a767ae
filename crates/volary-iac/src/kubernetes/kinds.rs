//! What is known of kinds: API groups, scope, where their pods are.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::Value;

use crate::entries::{field, path};

/// API groups of Kubernetes itself that do not end in `.k8s.io`.
const OWN_GROUPS: &[&str] = &["", "apps", "autoscaling", "batch", "events", "extensions", "policy"];

/// Kinds of Kubernetes itself without namespace, configuration files included.
const CLUSTER_KINDS: &[&str] = &[
    "APIService",
    "AdmissionConfiguration",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterConfiguration",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterTrustBundle",
    "Component",
    "ComponentStatus",
    "Config",
    "CustomResourceDefinition",
    "DeviceClass",
    "EncryptionConfiguration",
    "FlowSchema",
    "GatewayClass",
    "InitConfiguration",
    "IngressClass",
    "JoinConfiguration",
    "KubeProxyConfiguration",
    "KubeSchedulerConfiguration",
    "KubeletConfiguration",
    "Kustomization",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PodSecurityConfiguration",
    "PodSecurityPolicy",
    "Policy",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "ResourceSlice",
    "RuntimeClass",
    "SelfSubjectAccessReview",
    "SelfSubjectRulesReview",
    "StorageClass",
    "SubjectAccessReview",
    "TokenReview",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
    "VolumeSnapshotClass",
];

/// The group of an `apiVersion`: what stands before its slash.
pub(super) fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// Whether a group is one of Kubernetes itself.
pub(super) fn is_own(group: &str) -> bool {
    OWN_GROUPS.contains(&group) || group.strip_suffix(".k8s.io").is_some_and(|rest| !rest.ends_with(".x"))
}

/// The kind by which policies name an object: plain for Kubernetes' own, with the group for others.
pub(super) fn name(group: &str, kind: &str) -> Arc<str> {
    if is_own(group) && !group.ends_with("x-k8s.io") { kind.into() } else { format!("{kind}.{group}").into() }
}

/// Which custom kinds have no namespace, as the definitions among the documents say.
pub(super) struct Scopes {
    custom: BTreeMap<(Arc<str>, Arc<str>), bool>,
}

impl Scopes {
    pub(super) fn of<'v>(documents: impl Iterator<Item = &'v Value>) -> Self {
        let mut custom = BTreeMap::new();
        for document in documents {
            if field(document, "kind").and_then(Value::as_text) != Some("CustomResourceDefinition") {
                continue;
            }
            let text = |keys: &[&str]| path(document, keys).and_then(Value::as_text);
            if let (Some(group), Some(kind), Some(scope)) =
                (text(&["spec", "group"]), text(&["spec", "names", "kind"]), text(&["spec", "scope"]))
            {
                custom.insert((group.into(), kind.into()), scope == "Namespaced");
            }
        }
        Self { custom }
    }

    /// Whether objects of a kind lie in a namespace. Of a custom kind that nothing defines here: unless it is called
    /// `Cluster...`, as is the custom.
    pub(super) fn is_namespaced(&self, group: &str, kind: &str) -> bool {
        if is_own(group) {
            return !CLUSTER_KINDS.contains(&kind);
        }
        let known = self.custom.get(&(group.into(), kind.into()));
        known.copied().unwrap_or_else(|| !kind.starts_with("Cluster"))
    }
}

/// Where the template of the pods of a kind is: its parent in the manifest.
pub(super) fn template_path(group: &str, kind: &str) -> Option<&'static [&'static str]> {
    if !is_own(group) {
        return None;
    }
    Some(match kind {
        "Pod" => &[],
        "PodTemplate" => &["template"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template"],
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController" | "Job" => {
            &["spec", "template"]
        }
        _ => return None,
    })
}

/// Where custom resources usually embed the template of their pods.
pub(super) const CUSTOM_TEMPLATES: &[&[&str]] =
    &[&["spec", "template"], &["spec", "jobTemplate", "spec", "template"], &["spec", "podTemplate"]];
