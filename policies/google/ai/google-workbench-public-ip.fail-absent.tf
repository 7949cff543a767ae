resource "google_workbench_instance" "main" { # ! google-workbench-public-ip
  name     = "research"
  location = "europe-west1-b"
}
