variable "enabled" {
  type = bool
}

resource "azurerm_web_application_firewall_policy" "web" {
  name                = "waf-web"
  resource_group_name = "rg-network"
  location            = "westeurope"

  policy_settings {
    enabled = var.enabled
    mode    = "Prevention"
  }

  managed_rules {
    managed_rule_set {
      type    = "OWASP"
      version = "3.2"
    }
  }
}
