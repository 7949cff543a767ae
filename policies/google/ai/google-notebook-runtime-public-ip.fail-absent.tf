resource "google_notebooks_runtime" "main" { # ! google-notebook-runtime-public-ip
  name     = "research"
  location = "europe-west1"
}
