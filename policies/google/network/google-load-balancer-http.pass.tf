resource "google_compute_global_forwarding_rule" "web" {
  name                  = "web"
  load_balancing_scheme = "EXTERNAL"
  port_range            = "443"
  target                = "https://www.googleapis.com/compute/v1/projects/shop/global/targetHttpsProxies/web"
}
