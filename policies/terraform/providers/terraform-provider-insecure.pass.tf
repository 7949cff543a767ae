provider "kubernetes" {
  host                   = "https://k8s.example.com"
  cluster_ca_certificate = file("ca.pem")
}
