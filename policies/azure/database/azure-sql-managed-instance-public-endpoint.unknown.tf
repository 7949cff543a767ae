variable "public_data_endpoint_enabled" {
  type = bool
}

variable "sql_admin_password" {
  type      = string
  sensitive = true
}

resource "azurerm_mssql_managed_instance" "orders" {
  name                         = "sqlmi-orders"
  resource_group_name          = "rg-data"
  location                     = "westeurope"
  administrator_login          = "ordersdba"
  administrator_login_password = var.sql_admin_password
  license_type                 = "BasePrice"
  subnet_id                    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-main/subnets/snet-sqlmi"
  sku_name                     = "GP_Gen5"
  vcores                       = 4
  storage_size_in_gb           = 32
  minimum_tls_version          = "1.2"
  public_data_endpoint_enabled = var.public_data_endpoint_enabled
}
