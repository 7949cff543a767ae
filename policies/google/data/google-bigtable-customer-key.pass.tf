resource "google_bigtable_instance" "main" {
  name                = "events"
  deletion_protection = true

  cluster {
    cluster_id   = "main"
    zone         = "europe-west1-b"
    num_nodes    = 1
    kms_key_name = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
  }
}
