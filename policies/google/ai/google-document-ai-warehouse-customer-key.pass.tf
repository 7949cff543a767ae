resource "google_document_ai_warehouse_location" "main" {
  location            = "eu"
  project_number      = "1234567890"
  access_control_mode = "ACL_MODE_DOCUMENT_LEVEL_ACCESS_CONTROL_BYOID"
  database_type       = "DB_INFRA_SPANNER"
  kms_key             = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
}
