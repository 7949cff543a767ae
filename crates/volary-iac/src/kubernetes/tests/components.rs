//! Components of the cluster, and custom resources written like pods.

use super::*;

#[test]
fn components_are_configured_in_several_ways() {
    let (unit, _) = one("\
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.31.0
    command: [kube-apiserver, --anonymous-auth=false, --etcd-cafile, /ca.crt]
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: true}}
readOnlyPort: 10255
tlsCipherSuites: [A, B]
featureGates: {C: false}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer: {extraArgs: [{name: profiling, value: \"false\"}]}
---
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
controllerManager: {extraArgs: {profiling: true}}
etcd:
");
    let found: Vec<_> = unit.subjects.iter().filter(|subject| &*subject.kind == "k8s.component").collect();
    let field = |index: usize, keys: &[&str]| shown(&found[index].values, keys);
    assert_eq!(found.len(), 4);
    assert_eq!(field(0, &["program"]), "kube-apiserver");
    assert_eq!(field(0, &["written_in"]), "command");
    assert_eq!(field(0, &["settings", "anonymous-auth"]), "false");
    assert_eq!(field(0, &["settings", "etcd-cafile"]), "/ca.crt");
    assert_eq!(field(1, &["program"]), "kubelet");
    assert_eq!(field(1, &["settings", "anonymous-auth"]), "true");
    assert_eq!(field(1, &["settings", "read-only-port"]), "10255");
    assert_eq!(field(1, &["settings", "tls-cipher-suites"]), "A,B");
    assert_eq!(field(1, &["settings", "feature-gates"]), "C=false");
    assert_eq!(field(2, &["settings", "profiling"]), "false");
    assert_eq!(field(3, &["program"]), "kube-controller-manager");
    assert_eq!(field(3, &["settings", "profiling"]), "true");
}

#[test]
fn a_custom_resource_may_itself_be_written_like_a_pod() {
    let count = |text: &str| one(text).0.subjects.len();
    let head = "apiVersion: serving.knative.dev/v1\nkind: Revision\nmetadata: {name: r}\n";
    assert_eq!(count(&format!("{head}spec: {{containers: [{{name: a, image: b}}]}}\n")), 3);
    assert_eq!(count(&format!("{head}spec: {{containers: [{{name: a}}]}}\n")), 1);
}
