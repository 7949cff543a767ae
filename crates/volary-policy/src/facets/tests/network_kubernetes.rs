use super::{lines, manifest, of_unit};

const FIELDS: &[&str] = &["direction", "access", "protocol", "ports", "sources", "destinations"];

#[test]
fn network_policies_of_manifests() {
    let text = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: a
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - ipBlock:
            cidr: 0.0.0.0/0
        - namespaceSelector: {}
      ports:
        - port: 22
        - port: 8000
          endPort: 9000
        - port: dns
          protocol: UDP
    - {}
";
    assert_eq!(
        of_unit(&manifest(text), text, "network.rule", FIELDS),
        [
            "NetworkPolicy/default/a/ingress/tcp:22,8000-9000 direction=ingress@9 access=allow@9 protocol=tcp@14 \
             ports=[22@14 8000-9000@15] sources=[0.0.0.0/0@11 selector:namespaces@12] destinations=[]",
            "NetworkPolicy/default/a/ingress/udp:? direction=ingress@9 access=allow@9 protocol=udp@18 ports=[?@17] \
             sources=[0.0.0.0/0@11 selector:namespaces@12] destinations=[]",
            "NetworkPolicy/default/a/ingress/any:0-65535 direction=ingress@19 access=allow@19 protocol=any@19 \
             ports=[0-65535@19] sources=[*@19] destinations=[]",
            "NetworkPolicy/default/a/egress/any:0-65535 direction=egress@7 access=deny@7 protocol=any@7 \
             ports=[0-65535@7] sources=[] destinations=[*@7]",
        ]
    );
}

#[test]
fn roles_of_manifests() {
    let text = "\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: shop}
rules:
  - apiGroups: ['']
    resources: [secrets]
    verbs: ['*']
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: b}
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects:
  - {kind: ServiceAccount, name: default, namespace: shop}
";
    assert_eq!(
        of_unit(&manifest(text), text, "iam.statement", &["policy_kind", "actions", "resources", "principals"]),
        [
            "Role/shop/r/rules/* policy_kind=role@5 actions=[*@7] resources=[/secrets@6] principals=[]",
            "ClusterRoleBinding/b policy_kind=resource@11 actions=[role:cluster-admin@12] resources=[*@11] \
             principals=[{type=ServiceAccount@14 value=shop/default@14}]",
        ]
    );
}

#[test]
fn network_policies_of_terraform() {
    let text = r#"
resource "kubernetes_network_policy_v1" "p" {
  spec {
    pod_selector {}
    policy_types = ["Ingress"]
    ingress {
      from {
        ip_block { cidr = "10.0.0.0/8" }
      }
      ports {
        port     = "443"
        protocol = "TCP"
      }
    }
  }
}
"#;
    assert_eq!(
        lines(text, "network.rule", FIELDS),
        ["kubernetes_network_policy_v1.p/ingress/tcp:443 direction=ingress@6 access=allow@6 protocol=tcp@12 \
          ports=[443@11] sources=[10.0.0.0/8@8] destinations=[]"]
    );
}
