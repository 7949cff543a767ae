resource "azurerm_logic_app_workflow" "invoice" {
  name                = "logic-invoice"
  resource_group_name = "rg-shop"
  location            = "westeurope"

  access_control {
    trigger {
      allowed_caller_ip_address_range = ["0.0.0.0/0"] # ! azure-logic-app-any-caller
    }

    content {
      allowed_caller_ip_address_range = ["203.0.113.0/28"]
    }
  }
}
