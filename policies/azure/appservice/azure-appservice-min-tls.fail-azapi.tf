resource "azapi_resource" "site" {
  type      = "Microsoft.Web/sites@2023-12-01"
  parent_id = azurerm_resource_group.main.id
  name      = "app-shop"
  location  = "westeurope"
  body = {
    kind = "app"
    properties = {
      serverFarmId = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shop/providers/Microsoft.Web/serverfarms/plan"
      httpsOnly    = true
      siteConfig = {
        ftpsState = "FtpsOnly"
      }
    }
  }
}

resource "azapi_resource" "config" {
  type      = "Microsoft.Web/sites/config@2023-12-01"
  parent_id = azapi_resource.site.id
  name      = "web"
  body = {
    properties = {
      minTlsVersion = "1.0" # ! azure-appservice-min-tls
    }
  }
}
