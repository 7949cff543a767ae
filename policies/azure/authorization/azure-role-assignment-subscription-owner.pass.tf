resource "azurerm_role_assignment" "deploy" {
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shop"
  role_definition_name = "Contributor"
  principal_id         = "11111111-1111-1111-1111-111111111111"
}
