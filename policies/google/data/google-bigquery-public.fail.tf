resource "google_bigquery_dataset" "sales" {
  dataset_id = "sales"
  location   = "EU"

  access {
    role          = "READER"
    special_group = "allAuthenticatedUsers" # ! google-bigquery-public
  }
}
