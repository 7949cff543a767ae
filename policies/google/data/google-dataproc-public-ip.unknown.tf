variable "internal" {
  type = bool
}

resource "google_dataproc_cluster" "etl" {
  name   = "etl"
  region = "europe-west1"

  cluster_config {
    gce_cluster_config {
      subnetwork       = "etl"
      internal_ip_only = var.internal
    }
  }
}
