resource "google_bigquery_dataset" "sales" { # ! google-bigquery-dataset-customer-key
  dataset_id = "sales"
  location   = "EU"

  access {
    role          = "OWNER"
    user_by_email = "owner@example.com"
  }
}
