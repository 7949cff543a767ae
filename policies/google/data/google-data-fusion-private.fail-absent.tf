resource "google_data_fusion_instance" "main" { # ! google-data-fusion-private
  name                          = "main"
  region                        = "europe-west1"
  type                          = "ENTERPRISE"
  enable_stackdriver_logging    = true
  enable_stackdriver_monitoring = true
}
