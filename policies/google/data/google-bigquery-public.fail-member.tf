resource "google_bigquery_dataset" "sales" {
  dataset_id = "sales"
  location   = "EU"

  access {
    role       = "READER"
    iam_member = "allUsers" # ! google-bigquery-public
  }
}
