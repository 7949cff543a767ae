param location string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-hub-${uniqueString(resourceGroup().id)}'
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
  }
}
