resource "azapi_resource" "server" {
  type      = "Microsoft.Sql/servers@2023-08-01-preview"
  parent_id = azurerm_resource_group.main.id
  name      = "sql-shop"
  location  = "westeurope"
  body = {
    properties = {
      minimalTlsVersion   = "1.2"
      publicNetworkAccess = "Enabled"
      administrators = {
        login                     = "sql-admins"
        sid                       = "00000000-0000-0000-0000-000000000001"
        tenantId                  = "00000000-0000-0000-0000-000000000000"
        azureADOnlyAuthentication = true
      }
    }
  }
}
