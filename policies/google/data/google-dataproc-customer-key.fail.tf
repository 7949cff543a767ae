resource "google_dataproc_cluster" "etl" {
  name   = "etl"
  region = "europe-west1"

  cluster_config { # ! google-dataproc-customer-key
    gce_cluster_config {
      subnetwork       = "etl"
      internal_ip_only = true
    }
  }
}
