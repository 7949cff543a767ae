variable "insecure" {
  type = bool
}

provider "kubernetes" {
  host     = "https://k8s.example.com"
  insecure = var.insecure
}
