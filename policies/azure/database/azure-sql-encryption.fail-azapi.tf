resource "azapi_resource" "orders" {
  type      = "Microsoft.Sql/servers/databases@2023-08-01-preview"
  parent_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shop/providers/Microsoft.Sql/servers/sql-shop"
  name      = "orders"
  location  = "westeurope"
  body = {
    sku = { name = "S1" }
  }
}

resource "azapi_resource" "encryption" {
  type      = "Microsoft.Sql/servers/databases/transparentDataEncryption@2023-08-01-preview"
  parent_id = azapi_resource.orders.id
  name      = "current"
  body = {
    properties = {
      state = "Disabled" # ! azure-sql-encryption
    }
  }
}
