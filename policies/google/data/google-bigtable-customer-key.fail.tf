resource "google_bigtable_instance" "main" {
  name                = "events"
  deletion_protection = true

  cluster { # ! google-bigtable-customer-key
    cluster_id = "main"
    zone       = "europe-west1-b"
  }
}
