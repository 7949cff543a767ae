resource "google_dataproc_cluster" "etl" { # ! google-dataproc-public-ip
  name   = "etl"
  region = "europe-west1"
}
