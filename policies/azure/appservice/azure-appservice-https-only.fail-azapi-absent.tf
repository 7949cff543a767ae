resource "azapi_resource" "site" { # ! azure-appservice-https-only
  type      = "Microsoft.Web/sites@2023-12-01"
  parent_id = azurerm_resource_group.main.id
  name      = "app-shop"
  location  = "westeurope"
  body = {
    kind = "functionapp"
    properties = {
      serverFarmId = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shop/providers/Microsoft.Web/serverfarms/plan"
      siteConfig = {
        ftpsState = "FtpsOnly"
      }
    }
  }
}
