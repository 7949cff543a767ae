resource "kubernetes_cluster_role_binding_v1" "web" {
  metadata { name = "web" }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "cluster-admin"  # ! k8s-rbac-cluster-admin
  }
  subject {
    kind      = "ServiceAccount"
    name      = "web"
    namespace = "shop"
  }
}
