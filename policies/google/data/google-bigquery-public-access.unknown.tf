variable "group" {
  type = string
}

resource "google_bigquery_dataset_access" "reports" {
  dataset_id    = "sales"
  role          = "READER"
  special_group = var.group
}
