resource "google_compute_firewall" "deny_all" {
  name          = "deny-all"
  network       = "vpc-main"
  priority      = 65000
  source_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }
}
