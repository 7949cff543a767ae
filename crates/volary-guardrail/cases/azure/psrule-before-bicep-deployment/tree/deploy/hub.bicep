targetScope = 'subscription'

param location string
param tags object = {}

resource rg 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-hub'
  location: location
  tags: tags
}

module vault 'vault.bicep' = {
  name: 'vault'
  scope: rg
  params: {
    location: location
  }
}
