resource "google_bigquery_dataset_access" "reports" {
  dataset_id     = "sales"
  role           = "READER"
  group_by_email = "reports@example.com"
}
