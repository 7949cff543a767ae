resource "google_data_fusion_instance" "main" { # ! google-data-fusion-monitoring
  name                       = "main"
  region                     = "europe-west1"
  type                       = "ENTERPRISE"
  private_instance           = true
  enable_stackdriver_logging = true
}
