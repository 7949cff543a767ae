resource "azurerm_data_lake_store" "raw" {
  name                = "dlsraw"
  resource_group_name = "rg-data"
  location            = "westeurope"
  encryption_state    = "Disabled" # ! azure-data-lake-encryption
}
