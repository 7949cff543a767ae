resource "google_document_ai_warehouse_location" "main" { # ! google-document-ai-warehouse-customer-key
  location            = "eu"
  project_number      = "1234567890"
  access_control_mode = "ACL_MODE_DOCUMENT_LEVEL_ACCESS_CONTROL_BYOID"
  database_type       = "DB_INFRA_SPANNER"
}
