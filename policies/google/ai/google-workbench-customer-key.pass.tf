resource "google_workbench_instance" "main" {
  name     = "research"
  location = "europe-west1-b"

  gce_setup {
    machine_type      = "n1-standard-4"
    disable_public_ip = true

    boot_disk {
      disk_type       = "PD_SSD"
      disk_encryption = "CMEK"
      kms_key         = "projects/shop/locations/europe-west1/keyRings/app/cryptoKeys/main"
    }
  }
}
