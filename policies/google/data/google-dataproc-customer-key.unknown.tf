variable "key" {
  type = string
}

resource "google_dataproc_cluster" "etl" {
  name   = "etl"
  region = "europe-west1"

  cluster_config {
    gce_cluster_config {
      subnetwork       = "etl"
      internal_ip_only = true
    }

    encryption_config {
      kms_key_name = var.key
    }
  }
}
