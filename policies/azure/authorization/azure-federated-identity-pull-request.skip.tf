resource "azuread_application_federated_identity_credential" "deploy" {
  application_id = "/applications/11111111-1111-1111-1111-111111111111"
  display_name   = "shop-production"
  audiences      = ["api://AzureADTokenExchange"]
  issuer         = "https://westeurope.oic.prod-aks.azure.com/00000000-0000-0000-0000-000000000000/11111111-1111-1111-1111-111111111111/"
  subject        = "system:serviceaccount:shop:deploy"
}

resource "azurerm_federated_identity_credential" "deploy" {
  name                = "shop-production"
  resource_group_name = "rg-shop"
  parent_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-deploy"
  audience            = ["api://AzureADTokenExchange"]
  issuer              = "https://westeurope.oic.prod-aks.azure.com/00000000-0000-0000-0000-000000000000/11111111-1111-1111-1111-111111111111/"
  subject             = "system:serviceaccount:shop:deploy"
}
