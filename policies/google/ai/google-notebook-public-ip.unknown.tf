variable "private" {
  type = bool
}

resource "google_notebooks_instance" "main" {
  name            = "research"
  location        = "europe-west1-b"
  machine_type    = "e2-medium"
  no_public_ip    = var.private
  disk_encryption = "CMEK"
  kms_key         = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"

  vm_image {
    project      = "deeplearning-platform-release"
    image_family = "tf-latest-cpu"
  }
}
