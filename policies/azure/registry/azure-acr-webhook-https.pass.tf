resource "azurerm_container_registry_webhook" "deploy" {
  name                = "deploy"
  resource_group_name = "rg-registry"
  registry_name       = "crmain"
  location            = "westeurope"
  service_uri         = "https://deploy.example.com/hooks/registry"
  actions             = ["push"]
}
