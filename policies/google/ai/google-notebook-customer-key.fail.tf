resource "google_notebooks_instance" "main" {
  name            = "research"
  location        = "europe-west1-b"
  machine_type    = "e2-medium"
  no_public_ip    = true
  disk_encryption = "GMEK" # ! google-notebook-customer-key

  vm_image {
    project      = "deeplearning-platform-release"
    image_family = "tf-latest-cpu"
  }
}
