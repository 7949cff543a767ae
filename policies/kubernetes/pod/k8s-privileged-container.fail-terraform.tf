resource "kubernetes_pod_v1" "web" {
  metadata { name = "web" }
  spec {
    container {
      name  = "web"
      image = "registry.example.com/shop/web:1.4.2"
      security_context {
        privileged = true  # ! k8s-privileged-container
      }
    }
  }
}
