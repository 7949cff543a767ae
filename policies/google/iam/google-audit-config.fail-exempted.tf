resource "google_project_iam_audit_config" "main" {
  project = "shop"
  service = "allServices"

  audit_log_config {
    log_type = "ADMIN_READ"
  }

  audit_log_config {
    log_type         = "DATA_READ"
    exempted_members = ["user:jo@example.com"] # ! google-audit-config
  }

  audit_log_config {
    log_type = "DATA_WRITE"
  }
}
