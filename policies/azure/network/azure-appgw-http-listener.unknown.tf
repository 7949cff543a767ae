variable "protocol" {
  type = string
}

resource "azurerm_application_gateway" "web" {
  name                = "agw-web"
  resource_group_name = "rg-network"
  location            = "westeurope"
  firewall_policy_id  = azurerm_web_application_firewall_policy.web.id

  sku {
    name     = "WAF_v2"
    tier     = "WAF_v2"
    capacity = 2
  }

  gateway_ip_configuration {
    name      = "gateway"
    subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-main/subnets/snet-agw"
  }

  frontend_ip_configuration {
    name                 = "public"
    public_ip_address_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/publicIPAddresses/pip-agw"
  }

  frontend_port {
    name = "https"
    port = 443
  }

  backend_address_pool {
    name  = "app"
    fqdns = ["app.internal.example.com"]
  }

  backend_http_settings {
    name                  = "https"
    cookie_based_affinity = "Disabled"
    port                  = 443
    protocol              = "Https"
  }

  ssl_certificate {
    name                = "web"
    key_vault_secret_id = "https://kv-web.vault.azure.net/secrets/web"
  }

  http_listener {
    name                           = "web"
    frontend_ip_configuration_name = "public"
    frontend_port_name             = "https"
    protocol                       = var.protocol
    ssl_certificate_name           = "web"
  }

  request_routing_rule {
    name                       = "web"
    rule_type                  = "Basic"
    priority                   = 100
    http_listener_name         = "web"
    backend_address_pool_name  = "app"
    backend_http_settings_name = "https"
  }

  ssl_policy {
    policy_type = "Predefined"
    policy_name = "AppGwSslPolicy20220101S"
  }
}

resource "azurerm_web_application_firewall_policy" "web" {
  name                = "waf-web"
  resource_group_name = "rg-network"
  location            = "westeurope"

  policy_settings {
    enabled = true
    mode    = "Prevention"
  }

  managed_rules {
    managed_rule_set {
      type    = "OWASP"
      version = "3.2"
    }
  }
}
