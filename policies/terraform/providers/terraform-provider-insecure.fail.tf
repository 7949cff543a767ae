provider "kubernetes" {
  host     = "https://k8s.example.com"
  insecure = true # ! terraform-provider-insecure
}
