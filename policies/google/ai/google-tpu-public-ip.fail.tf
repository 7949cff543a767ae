resource "google_tpu_v2_vm" "main" {
  name            = "training"
  zone            = "europe-west4-a"
  runtime_version = "tpu-vm-tf-2.13.0"

  network_config {
    subnetwork          = "training"
    enable_external_ips = true # ! google-tpu-public-ip
  }
}
