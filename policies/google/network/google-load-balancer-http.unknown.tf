variable "target" {
  type = string
}

resource "google_compute_global_forwarding_rule" "web" {
  name                  = "web"
  load_balancing_scheme = "EXTERNAL"
  port_range            = "443"
  target                = var.target
}
