resource "google_storage_bucket" "audit" {
  name                        = "ambergate-audit"
  location                    = "EU"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
}
