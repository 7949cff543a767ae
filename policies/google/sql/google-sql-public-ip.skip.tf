resource "google_sql_database_instance" "main" {
  name                = "main"
  database_version    = "POSTGRES_16"
  region              = "europe-west1"
  deletion_protection = true

  clone {
    source_instance_name = "main"
  }
}
