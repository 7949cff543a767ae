use super::lines;

#[test]
fn rules_of_security_groups() {
    let text = r#"
resource "azurerm_network_security_group" "a" {
  name = "web"
  security_rule {
    name                         = "ssh"
    priority                     = 100
    direction                    = "Inbound"
    access                       = "Allow"
    protocol                     = "Tcp"
    source_port_range            = "*"
    destination_port_ranges      = ["22", "80-90"]
    source_address_prefixes      = ["10.0.0.0/8"]
    destination_address_prefix   = "*"
  }
}
resource "azurerm_network_security_rule" "b" {
  name                        = "all"
  priority                    = "200"
  direction                   = "Outbound"
  access                      = "allow"
  protocol                    = "*"
  destination_port_range      = "22 , 24-25,*"
  source_address_prefix       = "/0"
  destination_application_security_group_ids = [azurerm_application_security_group.g.id]
  network_security_group_name = azurerm_network_security_group.a.name
}
resource "azurerm_network_security_rule" "c" {
  name                        = "ping"
  priority                    = 300
  direction                   = "Inbound"
  access                      = "Deny"
  protocol                    = "Icmp"
  destination_port_range      = "*"
  source_address_prefix       = "Internet"
  destination_address_prefix  = "*"
  network_security_group_name = "web"
}
resource "azurerm_application_security_group" "g" {}
"#;
    let fields = ["name", "direction", "access", "protocol", "ports", "sources", "destinations", "effective"];
    assert_eq!(
        lines(text, "network.rule", &fields),
        [
            "azurerm_network_security_group.a/security_rule/ssh name=ssh@5 direction=ingress@7 access=allow@8 \
             protocol=tcp@9 ports=[22@11 80-90@11] sources=[10.0.0.0/8@12] destinations=[*@13] effective=true@4",
            "azurerm_network_security_rule.b of azurerm_network_security_group.a name=all@17 direction=egress@19 \
             access=allow@20 protocol=any@21 ports=[22@22 24-25@22 0-65535@22] sources=[0.0.0.0/0@23] \
             destinations=[?/subscriptions/@24] effective=true@20",
            "azurerm_network_security_rule.c of azurerm_network_security_group.a name=ping@28 direction=ingress@30 \
             access=deny@31 protocol=icmp@32 ports=[] sources=[Internet@34] destinations=[*@35] effective=true@31",
        ]
    );
}

fn rule(name: &str, priority: &str, access: &str, ports: &str, source: &str) -> String {
    format!(
        r#"
resource "azurerm_network_security_rule" "{name}" {{
  priority                    = {priority}
  direction                   = "Inbound"
  access                      = "{access}"
  protocol                    = "Tcp"
  destination_port_range      = {ports}
  source_address_prefix       = {source}
  destination_address_prefix  = "*"
  network_security_group_name = "web"
}}
"#
    )
}

#[test]
fn a_denial_before_it_takes_the_effect_of_a_rule() {
    let effective = |denial: &str| {
        let text = format!("variable \"p\" {{}}\n{denial}{}", rule("z", "300", "Allow", "\"22\"", "\"10.1.0.0/16\""));
        let lines = lines(&text, "network.rule", &["effective"]);
        let line = lines.last().expect("two rules").clone();
        line.split_once("effective=")
            .map(|(_, value)| value.split('@').next().unwrap_or_default().to_owned())
            .unwrap_or_default()
    };
    assert_eq!(effective(&rule("a", "100", "Deny", "\"*\"", "\"*\"")), "false");
    assert_eq!(effective(&rule("a", "100", "Deny", "\"20-30\"", "\"10.0.0.0/8\"")), "false");
    assert_eq!(effective(&rule("a", "400", "Deny", "\"*\"", "\"*\"")), "true");
    assert_eq!(effective(&rule("a", "100", "Allow", "\"*\"", "\"*\"")), "true");
    assert_eq!(effective(&rule("a", "100", "Deny", "\"80\"", "\"*\"")), "true");
    assert_eq!(effective(&rule("a", "100", "Deny", "\"*\"", "\"10.2.0.0/16\"")), "true");
    // What is not known could take the effect, unless something else speaks against it.
    assert_eq!(effective(&rule("a", "var.p", "Deny", "\"*\"", "\"*\"")), "?");
    assert_eq!(effective(&rule("a", "100", "Deny", "var.p", "\"*\"")), "?");
    assert_eq!(effective(&rule("a", "100", "${var.p}", "\"*\"", "\"*\"")), "?");
    assert_eq!(effective(&rule("a", "var.p", "Deny", "\"80\"", "\"*\"")), "true");
}

#[test]
fn firewalls_of_services() {
    let text = r#"
variable "ip" {}
resource "azurerm_mssql_server" "s" {
  name = "s"
}
resource "azurerm_mssql_firewall_rule" "all" {
  server_id        = azurerm_mssql_server.s.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}
resource "azurerm_postgresql_firewall_rule" "azure" {
  server_name      = "other"
  start_ip_address = "0.0.0.0"
  end_ip_address   = "0.0.0.0"
}
resource "azurerm_redis_firewall_rule" "few" {
  start_ip = "10.0.0.1"
  end_ip   = "10.0.0.3"
}
resource "azurerm_mysql_flexible_server_firewall_rule" "one" {
  start_ip_address = var.ip
  end_ip_address   = var.ip
}
"#;
    assert_eq!(
        lines(text, "network.rule", &["layer", "direction", "ports", "sources", "addresses"]),
        [
            "azurerm_mssql_firewall_rule.all of azurerm_mssql_server.s layer=service-firewall@6 direction=ingress@6 \
             ports=[1433@6] sources=[0.0.0.0/0@8] addresses=4294967296@8",
            "azurerm_postgresql_firewall_rule.azure layer=service-firewall@11 direction=ingress@11 ports=[5432@11] \
             sources=[AzureServices@13] addresses=0@13",
            "azurerm_redis_firewall_rule.few layer=service-firewall@16 direction=ingress@16 ports=[6379-6380@16] \
             sources=[10.0.0.1/32@17 10.0.0.2/31@17] addresses=3@17",
            "azurerm_mysql_flexible_server_firewall_rule.one layer=service-firewall@20 direction=ingress@20 \
             ports=[3306@20] sources=?@21 addresses=?@21",
        ]
    );
}
