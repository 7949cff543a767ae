resource "google_notebooks_runtime" "main" {
  name     = "research"
  location = "europe-west1"

  virtual_machine {
    virtual_machine_config {
      machine_type     = "n1-standard-4"
      internal_ip_only = true

      encryption_config {
        kms_key = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
      }
    }
  }
}
