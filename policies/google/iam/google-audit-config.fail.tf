resource "google_project_iam_audit_config" "main" {
  project = "shop"
  service = "storage.googleapis.com" # ! google-audit-config

  audit_log_config {
    log_type = "ADMIN_READ"
  }

  audit_log_config {
    log_type = "DATA_READ"
  }

  audit_log_config {
    log_type = "DATA_WRITE"
  }
}
