variable "service_uri" {
  type = string
}

resource "azurerm_container_registry_webhook" "deploy" {
  name                = "deploy"
  resource_group_name = "rg-registry"
  registry_name       = "crmain"
  location            = "westeurope"
  service_uri         = var.service_uri
  actions             = ["push"]
}
