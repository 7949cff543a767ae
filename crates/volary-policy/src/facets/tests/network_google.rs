use super::lines;

#[test]
fn blocks_of_firewalls() {
    let text = r#"
resource "google_compute_firewall" "a" {
  network = "default"
  allow {
    protocol = "tcp"
    ports    = ["22", "8000-9000"]
  }
  allow {
    protocol = "icmp"
  }
  source_ranges = ["0.0.0.0/0"]
  source_tags   = ["web"]
}
resource "google_compute_firewall" "b" {
  network  = "default"
  priority = 900
  deny {
    protocol = "all"
  }
  target_tags = ["db"]
}
resource "google_compute_firewall" "c" {
  network   = "default"
  direction = "EGRESS"
  disabled  = true
  allow {
    protocol = "udp"
  }
}
resource "google_compute_firewall" "d" {
  network = "default"
  allow {
    protocol = "tcp"
    ports    = [3389]
  }
  target_tags = ["db"]
}
"#;
    let fields = ["direction", "access", "protocol", "ports", "sources", "destinations", "effective"];
    assert_eq!(
        lines(text, "network.rule", &fields),
        [
            "google_compute_firewall.a/allow/tcp:22,8000-9000 direction=ingress@2 access=allow@4 protocol=tcp@5 \
             ports=[22@6 8000-9000@6] sources=[0.0.0.0/0@11 tag:web@12] destinations=[] effective=true@4",
            "google_compute_firewall.a/allow/icmp: direction=ingress@2 access=allow@8 protocol=icmp@9 ports=[] \
             sources=[0.0.0.0/0@11 tag:web@12] destinations=[] effective=true@8",
            "google_compute_firewall.b/deny/any:0-65535 direction=ingress@14 access=deny@17 protocol=any@18 \
             ports=[0-65535@17] sources=[0.0.0.0/0@14] destinations=[tag:db@20] effective=true@17",
            "google_compute_firewall.c/allow/udp:0-65535 direction=egress@24 access=allow@26 protocol=udp@27 \
             ports=[0-65535@26] sources=[] destinations=[0.0.0.0/0@22] effective=false@25",
            "google_compute_firewall.d/allow/tcp:3389 direction=ingress@30 access=allow@32 protocol=tcp@33 \
             ports=[3389@34] sources=[0.0.0.0/0@30] destinations=[tag:db@36] effective=false@32",
        ]
    );
}
