resource "google_sql_database_instance" "main" {
  name                = "main"
  database_version    = "POSTGRES_16"
  region              = "europe-west1"
  deletion_protection = true

  settings {
    tier = "db-custom-2-7680"

    ip_configuration { # ! google-sql-tls
      ipv4_enabled = false
    }

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
    }
  }
}
