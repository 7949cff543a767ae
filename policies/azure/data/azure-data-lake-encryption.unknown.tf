variable "encryption_state" {
  type = string
}

resource "azurerm_data_lake_store" "raw" {
  name                = "dlsraw"
  resource_group_name = "rg-data"
  location            = "westeurope"
  encryption_state    = var.encryption_state
}
