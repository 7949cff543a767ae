resource "google_compute_instance_template" "app" {
  name         = "app"
  machine_type = "e2-medium"

  metadata = {
    block-project-ssh-keys = "TRUE"
    enable-oslogin         = "TRUE"
    serial-port-enable     = "FALSE"
  }

  network_interface {
    subnetwork = "app"

    access_config { # ! google-vm-public-ip
      network_tier = "PREMIUM"
    }
  }

  service_account {
    email  = "app@shop.iam.gserviceaccount.com"
    scopes = ["cloud-platform"]
  }

  shielded_instance_config {
    enable_secure_boot          = true
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }

  disk {
    source_image = "debian-cloud/debian-12"
    boot         = true
  }
}
