variable "source" {
  type = string
}

resource "google_compute_firewall" "allow_mysql" {
  name          = "allow-mysql"
  network       = "vpc-main"
  source_ranges = [var.source]

  allow {
    protocol = "tcp"
    ports    = ["3306"]
  }
}
