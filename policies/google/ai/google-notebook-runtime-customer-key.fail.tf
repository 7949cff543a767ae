resource "google_notebooks_runtime" "main" {
  name     = "research"
  location = "europe-west1"

  virtual_machine {
    virtual_machine_config { # ! google-notebook-runtime-customer-key
      machine_type     = "n1-standard-4"
      internal_ip_only = true
    }
  }
}
