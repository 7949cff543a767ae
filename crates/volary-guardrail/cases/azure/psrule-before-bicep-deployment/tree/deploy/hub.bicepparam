using './hub.bicep'

param location = 'westeurope'
