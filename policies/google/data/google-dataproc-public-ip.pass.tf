resource "google_dataproc_cluster" "etl" {
  name   = "etl"
  region = "europe-west1"

  cluster_config {
    gce_cluster_config {
      subnetwork       = "etl"
      internal_ip_only = true
    }

    encryption_config {
      kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
    }
  }
}
