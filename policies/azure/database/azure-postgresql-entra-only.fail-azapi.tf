resource "azapi_resource" "db" {
  type      = "Microsoft.DBforPostgreSQL/flexibleServers@2023-12-01-preview"
  parent_id = azurerm_resource_group.main.id
  name      = "psql-shop"
  location  = "westeurope"
  body = {
    sku = { name = "Standard_D2ds_v4", tier = "GeneralPurpose" }
    properties = {
      version = "16"
      network = { publicNetworkAccess = "Disabled" }
      authConfig = {
        activeDirectoryAuth = "Enabled"
        passwordAuth        = "Enabled" # ! azure-postgresql-entra-only
      }
    }
  }
}
